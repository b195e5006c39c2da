import { EventEmitter, once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rollingChore } from "../../../collector/recorder/rolling.ts";
import {
  type FromWriter,
  serveWriter,
  type ToWriter,
  type WriterPort,
} from "../../../collector/recorder/writer-side.ts";
import { openForWriting } from "../../../db/open.ts";
import type { Fact } from "../../../db/record/facts.ts";
import { markOf } from "../../../db/rollup/marks.ts";
import { reopenDays } from "../../../db/rollup/roller.ts";
import { DAY_MS, dayOf } from "../../../db/rollup/timeline.ts";
import { putAccount } from "../../../db/settings/accounts.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { ACCOUNT, address, contact, presence, Story } from "../db/story.ts";

const START = Date.UTC(2026, 9, 20);

function days(story: Story, count: number): void {
  story.roster(START, "ada");
  story.open(START, ["ada"], { ada: "busy" });
  story.prove(START + count * DAY_MS);
}

test("nobody looks for something to roll up more often than every minute, unless the past has changed", () => {
  const story = new Story(START);
  days(story, 3);
  const chore = rollingChore(story.db);
  const work = (nowMs: number) => {
    while (chore(nowMs));
    return markOf(story.db, story.accountId) - dayOf(START);
  };
  const NOW = START + 9 * DAY_MS;
  expect(work(NOW)).toBe(3);
  story.prove(START + 4 * DAY_MS);
  expect(work(NOW + 30_000)).toBe(3);
  reopenDays(story.db, story.accountId, START + DAY_MS);
  expect(work(NOW + 30_000)).toBe(4);
  story.prove(START + 5 * DAY_MS);
  expect(work(NOW + 90_000)).toBe(5);
  story.prove(START + 6 * DAY_MS);
  // The clock was set back.
  expect(work(NOW)).toBe(6);
});

test("the writer rolls days up between two batches, and a batch waits for one slice at most", async () => {
  const path = join(tempFolder(), "rollcall.db");
  const setUp = openForWriting(path);
  putAccount(setUp, ACCOUNT, Buffer.from("sealed"), START);
  setUp.close();
  const said = new EventEmitter();
  const heard = new EventEmitter();
  const port: WriterPort = {
    postMessage: (message: FromWriter) => said.emit(message.kind, message),
    on: (_event: "message", hear: (message: ToWriter) => void) => heard.on("message", hear),
    close: () => said.emit("closed"),
  };
  serveWriter({ path, startedMs: START, version: "0.0.0-test" }, port);
  const tell = (...facts: Fact[]) =>
    heard.emit("message", { kind: "append", facts: JSON.stringify(facts) } satisfies ToWriter);
  const people = Array.from({ length: 60 }, (_, i) => `p${i}`);
  tell(
    { kind: "roster", accountId: 1, atMs: START, contacts: people.map((name) => contact(name)) },
    {
      kind: "coverage-open",
      accountId: 1,
      fromMs: START,
      watched: people.map(address),
      present: people.map((name) => presence(name, "busy")),
    },
    { kind: "proof", accountId: 1, atMs: START + 40 * DAY_MS },
  );
  const reader = openForWriting(path);
  const mark = () => markOf(reader, 1) - dayOf(START);
  heard.emit("message", { kind: "look", nowMs: START + 40 * DAY_MS } satisfies ToWriter);
  // Batches go in between while there is work, and each is answered before the next slice.
  let batches = 0;
  while (mark() < 40) {
    tell({ kind: "proof", accountId: 1, atMs: START + 40 * DAY_MS + ++batches });
    await new Promise((resolve) => setImmediate(resolve));
    expect(batches).toBeLessThan(10_000);
  }
  expect(batches).toBeGreaterThan(3);
  expect(reader.prepare("SELECT count(*) FROM contact_day").pluck().get()).toBe(40 * 60);
  reader.close();
  const closed = once(said, "closed");
  heard.emit("message", { kind: "end", endedMs: START + 41 * DAY_MS, reason: "stopped" } satisfies ToWriter);
  await closed;
});
