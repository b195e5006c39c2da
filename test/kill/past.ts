/** A past to work on: 20 contacts who change every half hour, as a Rollcall recorded it. */
import { writeFileSync } from "node:fs";
import { bundleOf } from "../../db/carry/bundle.ts";
import { openForWriting } from "../../db/open.ts";
import type { Fact } from "../../db/record/facts.ts";
import { HistoryWriter } from "../../db/record/writer.ts";
import { Roller } from "../../db/rollup/roller.ts";
import type { Status } from "../../db/status.ts";
import { CONTACTS } from "./busy.ts";

const DAY_MS = 86_400_000;
const STEP_MS = 1_800_000;
const WORDS: readonly [Status, string][] = [
  ["busy", "BSY"],
  ["offline", "FLN"],
  ["available", "NLN"],
  ["idle", "IDL"],
];

/** Writes and rolls up the days from `days` before `toMs` up to it, for the one account that is there. Returns how many events. */
export function putPast(databasePath: string, days: number, toMs: number): number {
  const db = openForWriting(databasePath);
  try {
    const fromMs = toMs - days * DAY_MS;
    const writer = new HistoryWriter(db, fromMs, "0.0.0-test");
    const contacts = CONTACTS.map((address) => ({ address, displayAddress: address, name: address, groups: [] }));
    const facts: Fact[] = [
      { kind: "roster", accountId: 1, atMs: fromMs, contacts },
      { kind: "coverage-open", accountId: 1, fromMs, watched: [...CONTACTS], present: [] },
    ];
    for (let atMs = fromMs + STEP_MS, turn = 1; atMs < toMs; atMs += STEP_MS, turn++) {
      for (const [n, address] of CONTACTS.entries()) {
        const [status, raw] = WORDS[(turn + n) % WORDS.length] as (typeof WORDS)[number];
        facts.push({ kind: "change", accountId: 1, atMs: atMs + n, address, status, raw });
      }
    }
    facts.push({ kind: "coverage-close", accountId: 1, toMs, reason: "stopped" });
    const lastSeq = writer.append(facts);
    writer.end(toMs, "stopped");
    const roller = new Roller(db);
    while (roller.roll(toMs, 1_000));
    return lastSeq;
  } finally {
    db.close();
  }
}

/** The whole history as a bundle's text, in a file. */
export function putBundle(databasePath: string, path: string): void {
  const db = openForWriting(databasePath);
  try {
    writeFileSync(path, [...bundleOf(db)].join(""));
  } finally {
    db.close();
  }
}
