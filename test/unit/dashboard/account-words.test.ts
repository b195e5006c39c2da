import { expect, test } from "vitest";
import { whyNotObserved } from "../../../dashboard/data/account-words.ts";
import type { AccountBoard } from "../../../dashboard/data/board.ts";

const NOW_MS = Date.parse("2026-11-23T12:00:00Z");
const ALIVE = { heardMs: NOW_MS - 2_000, isAlive: true };

function words(
  state: AccountBoard["state"],
  stateDetail: string,
  collector: typeof ALIVE | null = ALIVE,
  stateUntilMs: number | null = null,
): string {
  const account: AccountBoard = {
    id: 1,
    address: "me@example.com",
    host: "messenger.example.com",
    port: 1863,
    network: "messenger",
    state,
    stateDetail,
    stateSinceMs: NOW_MS - 3_600_000,
    stateUntilMs,
    coveredSinceMs: null,
    confirmedMs: null,
    groups: [],
    gone: [],
  };
  return whyNotObserved(account, collector, NOW_MS, "UTC");
}

test("an account that is signed in and not recorded says what the collector waits for", () => {
  const detail = "this computer's clock is behind what is recorded; nothing is recorded before 2026-11-23T13:00:00Z";
  expect(words("watching", detail)).toBe(
    `Signed in, but nothing is being recorded: ${detail}. Until then, where everyone is stays unknown.`,
  );
});

test("the network is blamed for its silence only when the collector says nothing else", () => {
  expect(words("watching", " ")).toMatch(/the network has given no sign of life lately\. Until it does/);
});

test("what a server said ends with one full stop", () => {
  expect(words("waiting", "The server is going down. ")).toBe(
    "Not signed in since 11:00: The server is going down. Trying again by itself. " +
      "Until then, where everyone is stays unknown.",
  );
});

test("an account that waits says when it is tried again, as long as that lies ahead", () => {
  const again = (untilMs: number) => words("waiting", "no answer", ALIVE, NOW_MS + untilMs);
  expect(again(125_000)).toMatch(
    /^Not signed in since 11:00: no answer\. Trying again by itself at 12:02, in 2 min\. /,
  );
  expect(again(20_000)).toMatch(/Trying again by itself at 12:00, in less than a minute\. /);
  expect(again(-1)).toMatch(/no answer\. Trying again by itself\. Until then/);
  expect(words("syncing", "")).toMatch(/^Signed in; reading the list of contacts/);
});

test("what is not known is left out", () => {
  expect(words("waiting", "")).toMatch(/^Not signed in since 11:00\. Trying again by itself\. Until then/);
  expect(words("signing-in", "")).toBe("Signing in since 11:00 … Until then, where everyone is stays unknown.");
  expect(words("signing-in", "the server is slow")).toMatch(/^Signing in since 11:00: the server is slow\. Until then/);
});

test.each([ALIVE, { heardMs: NOW_MS - 120_000, isAlive: false }])(
  "a refused password comes before all else: %o",
  (collector) => {
    const detail = "the server refused the address or password of me@example.com (error 911)";
    expect(words("stopped", detail, collector)).toBe(
      `Stopped since 11:00: ${detail}. Give the right password with npx rollcall account add me@example.com ` +
        `--network messenger --server messenger.example.com${collector.isAlive ? "" : ", then start again with npx rollcall start"}. ` +
        "Until then, where everyone is stays unknown.",
    );
    expect(words("stopped", "signed in elsewhere", collector)).toMatch(
      collector.isAlive
        ? /^Stopped since 11:00: signed in elsewhere\. Once that is put right, try again with npx rollcall account resume me@example\.com\./
        : /^Stopped since 11:00: signed in elsewhere\. Once that is put right, start again with npx rollcall start\./,
    );
  },
);

test("an account that stopped without a word follows the collector", () => {
  expect(words("stopped", "")).toMatch(
    /^Stopped since 11:00, and not trying again by itself\. Try it with npx rollcall account resume me@example\.com/,
  );
  expect(words("stopped", "", { heardMs: NOW_MS - 120_000, isAlive: false })).toMatch(/^The collector was last heard/);
});

test("a collector that does not run comes before all that it said", () => {
  expect(words("watching", "all is well", { heardMs: NOW_MS - 120_000, isAlive: false })).toMatch(
    /^The collector was last heard from 2 min ago, so nothing is being recorded\. Start it/,
  );
  expect(words("new", "", null)).toMatch(/^The collector has never run\./);
});
