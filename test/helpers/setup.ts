/** Runs around every test: nothing may be left open, and an unexpected `console.error` is a failure. */
import { afterEach, beforeEach, expect, vi } from "vitest";

/** Kinds of handles that a test of ours can leak; timers and pipes of the test runner itself are not among them. */
const OURS = ["TCPSocketWrap", "TCPServerWrap", "ProcessWrap", "MessagePort", "Worker", "FSEventWrap"];

let openBefore = new Map<string, number>();
let complaints: unknown[][] = [];

beforeEach(() => {
  openBefore = countOpen();
  complaints = [];
  vi.spyOn(console, "error").mockImplementation((...args: unknown[]) => void complaints.push(args));
});

afterEach(async () => {
  expect(complaints, "console.error was called").toEqual([]);
  await vi.waitFor(() => expect(leaked(), "left open by this test").toEqual([]), { timeout: 3_000, interval: 20 });
});

function countOpen(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

function leaked(): string[] {
  const now = countOpen();
  return OURS.filter((kind) => (now.get(kind) ?? 0) > (openBefore.get(kind) ?? 0));
}
