import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Feed, liveEvents } from "../../../dashboard/data/live-events.ts";

const START_MS = 1_800_000_000_000;

// Vitest's clock does not reach these timers.
vi.mock("node:timers/promises", () => ({
  setTimeout: (ms: number, _: undefined, { signal }: { signal: AbortSignal }) =>
    new Promise<void>((resolve, reject) => {
      setTimeout(resolve, ms);
      signal.addEventListener("abort", () => reject(signal.reason));
    }),
}));

beforeEach(() => void vi.useFakeTimers({ now: START_MS }));
afterEach(() => vi.useRealTimers());

/** A history that changes every time that somebody looks. */
class RestlessFeed implements Feed {
  asked = 0;
  async next(): Promise<string> {
    return `data: news ${++this.asked}\n\n`;
  }
}

/** One that says nothing. */
const QUIET: Feed = { next: async () => undefined };

function open(feed: Feed) {
  const ended = new AbortController();
  const reader = liveEvents(feed, ended).getReader();
  const read = async () => {
    const reading = reader.read();
    await vi.advanceTimersByTimeAsync(10_000);
    return new TextDecoder().decode((await reading).value);
  };
  return { ended, reader, read };
}

test("a reader who stops reading is asked for nothing, and told how things stand when it reads on", async () => {
  const feed = new RestlessFeed();
  const { read, ended } = open(feed);
  expect(await read()).toBe("retry: 1000\n\n");
  const askedBefore = feed.asked;
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(feed.asked).toBe(askedBefore);
  // One was underway and waits in the stream; the next is of now.
  expect(await read()).toContain(`news ${askedBefore}`);
  expect(await read()).toContain(`news ${askedBefore + 1}`);
  ended.abort();
});

test("without news the time is told every four seconds", async () => {
  const { reader, ended } = open(QUIET);
  const told: string[] = [];
  const listen = async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      told.push(new TextDecoder().decode(value));
    }
  };
  void listen();
  await vi.advanceTimersByTimeAsync(9_000);
  expect(told.slice(1)).toEqual([0, 4_000, 8_000].map((ms) => `event: tick\ndata: ${START_MS + ms}\n\n`));
  ended.abort();
});

test("a reader who leaves ends it", async () => {
  const feed = new RestlessFeed();
  const { reader, read, ended } = open(feed);
  await read();
  await reader.cancel();
  expect(ended.signal.aborted).toBe(true);
  const asked = feed.asked;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(feed.asked).toBe(asked);
});

test("a feed that fails breaks the stream off, and says that it is over", async () => {
  const { reader, ended } = open({ next: () => Promise.reject(new Error("the history is gone")) });
  await reader.read();
  await expect(reader.read()).rejects.toThrow("the history is gone");
  expect(ended.signal.aborted).toBe(true);
});
