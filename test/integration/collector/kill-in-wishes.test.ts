/**
 * SIGKILL while the collector carries out what a user asked for, events flowing all the while; `ROLLCALL_KILL_ROUNDS`
 * sets how often.
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { systemClock } from "../../../collector/clock.ts";
import { checkHistory } from "../../../db/check/check.ts";
import { forgetParams } from "../../../db/keep/forget.ts";
import type { Answer } from "../../../db/keep/handler.ts";
import { answerOf, askFor } from "../../../db/keep/requests.ts";
import { contactsNamed } from "../../../db/keep/whom.ts";
import { type Handle, openForWriting } from "../../../db/open.ts";
import { rebuildRollups } from "../../../db/rollup/rebuild.ts";
import { ADDRESS, makeFolder, putAccounts } from "../../helpers/collector-fixture.ts";
import { RawServer } from "../../helpers/raw-server.ts";
import { until } from "../../helpers/test-clock.ts";
import { beBusy, CONTACTS } from "../../kill/busy.ts";
import { putBundle, putPast } from "../../kill/past.ts";
import { Life } from "./collector-process.ts";

const ROUNDS = Math.ceil(Number(process.env.ROLLCALL_KILL_ROUNDS ?? 12) / 12);
const DAY_MS = 86_400_000;
const DAYS = 40;
const SOMEBODY = CONTACTS[7] as string;

interface Wish {
  kind: string;
  params(db: Handle, folder: string): Promise<Answer> | Answer;
  /** What must be so when it has been granted. `pastEvents`: how many events there were before anything was asked. */
  isGranted(db: Handle, folder: string, pastEvents: number): void;
}

const WISHES: readonly Wish[] = [
  {
    kind: "forget",
    params: (db) => forgetParams(db, contactsNamed(db, SOMEBODY)[0]?.id ?? 0),
    isGranted(db, folder) {
      expect(contactsNamed(db, SOMEBODY)).toEqual([]);
      db.pragma("wal_checkpoint(TRUNCATE)");
      for (const file of globSync(join(folder, "rollcall.db*")))
        expect(readFileSync(file, "latin1"), file).not.toContain(SOMEBODY);
    },
  },
  {
    kind: "retention",
    params: () => ({ days: 5 }),
    isGranted(db) {
      const limitMs = Math.floor(Date.now() / DAY_MS - 5) * DAY_MS;
      const old = db.prepare("SELECT count(*) FROM event WHERE at_ms < ?").pluck().get(limitMs) as number;
      // The last one of each contact may say what it was when the kept time began.
      expect(old).toBeLessThanOrEqual(CONTACTS.length);
      const sealed = db.prepare("SELECT count(*) FROM contact_day WHERE sealed = 1").pluck().get();
      expect(sealed).toBeGreaterThanOrEqual((DAYS - 7) * CONTACTS.length);
    },
  },
  {
    kind: "merge",
    async params(_, folder) {
      const file = join(folder, "other.jsonl");
      using elsewhere = makeFolder();
      const path = join(elsewhere.path, "rollcall.db");
      await putAccounts(path, elsewhere.path, [{ address: ADDRESS, port: 1863 }], Date.now() - (DAYS + 1) * DAY_MS);
      putPast(path, DAYS, Date.now() - DAY_MS / 2);
      putBundle(path, file);
      return { file };
    },
    isGranted(db, _, pastEvents) {
      const sql = "SELECT count(*) FROM event e JOIN coverage v ON v.id = e.coverage_id WHERE v.source_id <> 1";
      expect(db.prepare(sql).pluck().get()).toBe(pastEvents);
    },
  },
];

test.each(WISHES)(
  "a collector that is killed in the middle of a $kind finishes it in a later life, and nothing else is touched",
  async ({ kind, params, isGranted }) => {
    for (let round = 0; round < ROUNDS; round++) {
      using folder = makeFolder();
      const databasePath = join(folder.path, "rollcall.db");
      await using server = await RawServer.listen({ clock: systemClock, serve: (peer) => beBusy(peer) });
      await putAccounts(databasePath, folder.path, [{ address: ADDRESS, port: server.port }], Date.now());
      const pastEvents = putPast(databasePath, DAYS, Date.now() - DAY_MS / 2);
      const db = openForWriting(databasePath);
      try {
        let life = new Life(folder.path, databasePath);
        await until(() => life.acknowledged > pastEvents, "an event", 60_000);
        const id = askFor(db, kind, await params(db, folder.path), Date.now());
        // A request is given up when its collector dies over it a third time.
        for (let deaths = 0; deaths < 2; deaths++) {
          await until(() => answerOf(db, id)?.state !== "asked", "somebody to begin", 60_000);
          await setTimeout(Math.random() * 60);
          await life.kill();
          expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
          expect(lastSeq(db)).toBeGreaterThanOrEqual(life.acknowledged);
          expect(checkHistory(db, { nowMs: Date.now() })).toEqual([]);
          life = new Life(folder.path, databasePath);
        }
        await until(() => answerOf(db, id)?.state === "done", `the ${kind}`, 60_000);
        const before = life.acknowledged;
        await until(() => life.acknowledged > before, "an event after it", 60_000);
        await life.end();
        expect(checkHistory(db, { nowMs: Date.now(), isFull: true })).toEqual([]);
        isGranted(db, folder.path, pastEvents);
        const { before: rolled, after: rebuilt } = rebuildRollups(db, Date.now());
        expect(rebuilt).toBe(rolled);
      } finally {
        db.close();
      }
      if (ROUNDS > 1 && (round + 1) % 10 === 0) process.stderr.write(`${kind}: ${round + 1} of ${ROUNDS}\n`);
    }
  },
  30_000 + ROUNDS * 30_000,
);

/** The highest number that was ever given. */
function lastSeq(db: Handle): number {
  return db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'event'").pluck().get() as number;
}
