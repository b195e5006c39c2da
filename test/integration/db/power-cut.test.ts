/**
 * What a power cut leaves. A kill cannot show it, because the system still writes what the process had handed over; so
 * copies of a history are opened whose write-ahead log is cut off, torn, or carried over in part only.
 */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkHistory } from "../../../db/check/check.ts";
import { type Handle, openForWriting } from "../../../db/open.ts";
import { STATUSES, type Status } from "../../../db/status.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { Story } from "../../unit/db/story.ts";

const START = Date.UTC(2026, 9, 20);
const HEADER = 32;
const FRAME_HEADER = 24;
const PAGE = 4_096;
const FRAME = FRAME_HEADER + PAGE;

interface Recorded {
  /** The database as it was before the first batch, its log empty. */
  base: string;
  wal: Buffer;
  /** What the history said after each commit; the first one, before any. */
  states: string[];
  story: Story;
}

/** Thirty batches of facts, each in its own transaction. */
function recorded(): Recorded {
  const story = new Story(START);
  const { db, path } = story;
  const names = Array.from({ length: 30 }, (_, n) => `c${n}`);
  story.roster(START, ...names);
  db.pragma("wal_autocheckpoint = 0");
  db.pragma("wal_checkpoint(TRUNCATE)");
  const base = join(tempFolder(), "base.db");
  copyFileSync(path, base);
  const states = [saidBy(db)];
  const tell = (deed: () => void) => {
    deed();
    states.push(saidBy(db));
  };
  let atMs = START + 1_000;
  tell(() => story.open(atMs, names, { c1: "busy" }));
  for (let batch = 0; batch < 28; batch++) {
    const facts = Array.from({ length: 1 + ((batch * 7) % 12) }, (_, n) => {
      atMs += 977;
      const name = names[(batch * 5 + n) % names.length] as string;
      const status = STATUSES[(batch + n) % STATUSES.length] as Status;
      return { kind: "change", atMs, address: `${name}@example.com`, status, raw: "XYZ" } as const;
    });
    tell(() => story.tell(...facts));
  }
  tell(() => story.close(atMs + 5));
  return { base, wal: readFileSync(`${path}-wal`), states, story };
}

/** All that may be claimed and all that was heard. */
function saidBy(db: Handle): string {
  const tables = ["run", "coverage", "watch", "event", "contact", "account"];
  return JSON.stringify(tables.map((table) => db.prepare(`SELECT * FROM ${table} ORDER BY 1`).raw().all()));
}

/** For each frame, whether it ends a transaction. */
function commitsOf(wal: Buffer): boolean[] {
  const frames = Math.floor((wal.length - HEADER) / FRAME);
  return Array.from({ length: frames }, (_, n) => wal.readUInt32BE(HEADER + n * FRAME + 4) > 0);
}

/** Opens a copy with this log, as the collector does after the power came back, and says what it holds. */
function reopened(base: string, wal: Buffer, isChecked: boolean): string {
  const path = join(tempFolder(), "rollcall.db");
  copyFileSync(base, path);
  writeFileSync(`${path}-wal`, wal);
  const db = openForWriting(path);
  try {
    expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
    if (isChecked) expect(checkHistory(db, { nowMs: START + 86_400_000 })).toEqual([]);
    return saidBy(db);
  } finally {
    db.close();
  }
}

test("a log cut at any frame, or within one, leaves exactly the transactions that were complete", () => {
  const { base, wal, states } = recorded();
  const commits = commitsOf(wal);
  expect(commits.filter((isCommit) => isCommit)).toHaveLength(states.length - 1);
  let complete = 0;
  const wrong: string[] = [];
  const look = (at: number, cut: Buffer, how: string) => {
    const isSame = reopened(base, cut, at % 5 === 0) === states[complete];
    if (!isSame) wrong.push(`${how} at byte ${at}`);
  };
  for (const [n, isCommit] of commits.entries()) {
    const at = HEADER + n * FRAME;
    look(at, wal.subarray(0, at), "cut");
    const within = at + ([1, FRAME_HEADER, FRAME_HEADER + 512, FRAME - 1][n % 4] as number);
    look(within, wal.subarray(0, within), "cut");
    // The length was written and the bytes were not: zeros from there on.
    const torn = Buffer.concat([wal.subarray(0, within), Buffer.alloc(wal.length - within)]);
    // A frame that ends in zeros anyway is whole.
    if (!torn.subarray(at, at + FRAME).equals(wal.subarray(at, at + FRAME))) look(within, torn, "torn");
    if (isCommit) complete++;
  }
  look(wal.length, wal, "whole");
  expect(wrong).toEqual([]);
  expect(complete).toBe(states.length - 1);
}, 120_000);

test("a log whose frames reached the disk out of order leaves a row of complete transactions and nothing else", () => {
  const { base, wal, states } = recorded();
  const commits = commitsOf(wal);
  for (let lost = 0; lost < commits.length; lost += 3) {
    const torn = Buffer.from(wal);
    torn.fill(0, HEADER + lost * FRAME, HEADER + (lost + 1) * FRAME);
    const complete = commits.slice(0, lost).filter((isCommit) => isCommit).length;
    expect(reopened(base, torn, false) === states[complete], `without frame ${lost}`).toBe(true);
  }
}, 120_000);

test("a log that was being carried over when the power went loses nothing, whichever pages had arrived", () => {
  const { base, wal, states, story } = recorded();
  story.db.pragma("wal_checkpoint(PASSIVE)");
  const [before, after] = [readFileSync(base), readFileSync(story.path)];
  for (let turn = 0; turn < 24; turn++) {
    const mixed = Buffer.from(after);
    for (let at = 0; at < before.length; at += PAGE) {
      const hasArrived = (((at / PAGE) * 2_654_435_761 + turn * 40_503) >>> 7) % 3 === 0;
      if (!hasArrived) before.copy(mixed, at, at, at + PAGE);
    }
    const path = join(tempFolder(), "mixed.db");
    writeFileSync(path, turn % 2 === 0 ? mixed : mixed.subarray(0, Math.max(before.length, mixed.length - PAGE)));
    expect(reopened(path, wal, false) === states.at(-1), `turn ${turn}`).toBe(true);
  }
}, 120_000);
