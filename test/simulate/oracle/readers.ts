/** Checks the readers of the house, and the rollups, against the oracle's own reading. */
import Database from "better-sqlite3";
import { spansOf } from "../../../db/history/spans.ts";
import { stretchesOf } from "../../../db/history/stretches.ts";
import { openForWriting } from "../../../db/open.ts";
import { Roller } from "../../../db/rollup/roller.ts";
import { STATUS_CODES } from "../../../db/status.ts";
import { instant } from "../script.ts";
import type { Facts } from "./facts.ts";
import type { Finding } from "./finding.ts";
import { readingOf } from "./reading.ts";

const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;
const UNKNOWN = 15;

interface Stretch {
  fromMs: number;
  toMs: number;
  code: number;
}

/** Rolls up what is over by `nowMs`, and reads everything before and after. */
export async function checkReaders(path: string, facts: Facts, nowMs: number, findings: Finding[]): Promise<void> {
  const ends = facts.coverages.flatMap(({ fromMs, toMs }) => [fromMs, toMs]);
  if (ends.length === 0) return;
  // From odd instants, so that the range begins and ends in the middle of days.
  const range = { fromMs: Math.min(...ends) - 12_345, toMs: Math.max(...ends) + 54_321 };
  const db = openForWriting(path);
  try {
    await compareAll("before the roll-up");
    const roller = new Roller(db);
    while (roller.roll(Math.max(nowMs, range.toMs + DAY_MS), 1_000));
    await compareAll("after the roll-up");
  } finally {
    db.close();
  }
  checkRollups(path, facts, findings);

  async function compareAll(when: string): Promise<void> {
    for (const { id, accountId, address } of facts.contacts) {
      const own = filled(readingOf(facts, id, accountId), range.fromMs, range.toMs);
      const spans = (await spansOf(db, id, range.fromMs, range.toMs)).map(({ status, ...rest }) => ({
        ...rest,
        code: codeOf(status),
      }));
      const stretches = (await stretchesOf(db, id, range.fromMs, range.toMs)).map(({ status, ...rest }) => ({
        ...rest,
        code: codeOf(status),
      }));
      compare(`spansOf(${address}) ${when}`, own, spans);
      compare(`stretchesOf(${address}) ${when}`, own, stretches);
    }
  }

  function compare(name: string, own: readonly Stretch[], found: readonly Stretch[]): void {
    const holes = found.filter(({ fromMs, toMs }, at) => toMs <= fromMs || (found[at + 1]?.fromMs ?? toMs) !== toMs);
    const [hole] = holes;
    if (hole)
      findings.push({
        what: "reader",
        atMs: hole.fromMs,
        text: `${name}: a hole or an overlap at ${instant(hole.toMs)}`,
      });
    if (found[0]?.fromMs !== range.fromMs || found.at(-1)?.toMs !== range.toMs) {
      findings.push({ what: "reader", atMs: range.fromMs, text: `${name}: does not add up to its range` });
    }
    const merged = joined(found);
    const difference = firstDifference(own, merged);
    if (difference) findings.push({ what: "reader", atMs: range.fromMs, text: `${name}: ${difference}` });
  }
}

/** Each packed day and each quarter-hour's sum, unpacked here and compared to the millisecond. */
function checkRollups(path: string, facts: Facts, findings: Finding[]): void {
  const db = new Database(path, { readonly: true });
  try {
    const rows = <Row>(sql: string, ...values: number[]) => db.prepare(sql).all(...values) as Row[];
    for (const account of facts.accounts) {
      const [mark] = rows<{ day: number }>("SELECT to_day day FROM rollup_mark WHERE account_id = ?", account.id);
      if (!mark) continue;
      const sums = new Map<string, number>();
      for (const contact of facts.contacts.filter(({ accountId }) => accountId === account.id)) {
        const readings = readingOf(facts, contact.id, account.id);
        for (const reading of readings) addQuarters(sums, reading, mark.day * DAY_MS);
        const days = rows<{ day: number; timeline: Uint8Array }>(
          "SELECT day, timeline FROM contact_day WHERE contact_id = ?",
          contact.id,
        );
        for (const { day, timeline } of days.filter((row) => row.day < mark.day)) {
          const own = filled(readings, day * DAY_MS, (day + 1) * DAY_MS);
          const found = joined(unpackTimeline(day, timeline));
          const difference = firstDifference(own, found);
          if (difference === undefined) continue;
          findings.push({
            what: "rollup",
            atMs: day * DAY_MS,
            text: `the day ${instant(day * DAY_MS)} of ${contact.address} is rolled up wrong: ${difference}`,
          });
        }
      }
      for (const { day, quarters } of rows<{ day: number; quarters: Uint8Array }>(
        "SELECT day, quarters FROM account_day WHERE account_id = ?",
        account.id,
      )) {
        if (day >= mark.day) continue;
        for (const [key, ms] of unpackQuarters(day, quarters)) {
          const own = sums.get(key) ?? 0;
          sums.delete(key);
          if (own !== ms)
            findings.push({
              what: "rollup",
              atMs: day * DAY_MS,
              text: `${quarterInWords(key)} of ${account.address} sums up to ${ms} ms, should be ${own}`,
            });
        }
      }
      for (const [key, ms] of sums)
        findings.push({
          what: "rollup",
          atMs: mark.day * DAY_MS,
          text: `${quarterInWords(key)} of ${account.address} is not summed up, should be ${ms} ms`,
        });
    }
  } finally {
    db.close();
  }
}

function addQuarters(sums: Map<string, number>, { fromMs, toMs, code }: Stretch, untilMs: number): void {
  for (let atMs = fromMs; atMs < Math.min(toMs, untilMs); ) {
    const quarter = Math.floor(atMs / QUARTER_MS);
    const nextMs = Math.min(toMs, untilMs, (quarter + 1) * QUARTER_MS);
    const key = `${quarter} ${code}`;
    sums.set(key, (sums.get(key) ?? 0) + nextMs - atMs);
    atMs = nextMs;
  }
}

function quarterInWords(key: string): string {
  const [quarter, code] = key.split(" ");
  return `status ${code} in the quarter-hour from ${instant(Number(quarter) * QUARTER_MS)}`;
}

/** Head byte with the code in its low half, then the duration in sevenths of bytes, lowest first. */
function unpackTimeline(day: number, bytes: Uint8Array): Stretch[] {
  const stretches: Stretch[] = [];
  const take = reader(bytes);
  for (let fromMs = day * DAY_MS; !take.isOver(); ) {
    const code = take.byte() & 0x0f;
    const toMs = fromMs + take.number();
    stretches.push({ fromMs, toMs, code });
    fromMs = toMs;
  }
  return stretches;
}

/** The sums that are not zero, by quarter-hour since the epoch and code. */
function unpackQuarters(day: number, bytes: Uint8Array): Map<string, number> {
  const sums = new Map<string, number>();
  const take = reader(bytes);
  for (let left = take.number(); left > 0; left -= 1) {
    const code = take.number();
    for (let quarter = 0; quarter < 96; quarter += 1) {
      const ms = take.number();
      if (ms > 0) sums.set(`${day * 96 + quarter} ${code}`, ms);
    }
  }
  return sums;
}

function reader(bytes: Uint8Array) {
  let at = 0;
  const byte = (): number => bytes[at++] ?? 0;
  return {
    byte,
    isOver: () => at >= bytes.length,
    number(): number {
      let value = 0;
      for (let unit = 1; ; unit *= 128) {
        const next = byte();
        value += (next % 128) * unit;
        if (next < 128) return value;
      }
    },
  };
}

/** The claimed stretches in the range, and unknown between them; equal neighbours are one. */
function filled(readings: readonly Stretch[], fromMs: number, toMs: number): Stretch[] {
  const parts: Stretch[] = [];
  let atMs = fromMs;
  for (const reading of readings) {
    const startMs = Math.max(reading.fromMs, fromMs);
    const endMs = Math.min(reading.toMs, toMs);
    if (startMs >= endMs) continue;
    if (startMs > atMs) parts.push({ fromMs: atMs, toMs: startMs, code: UNKNOWN });
    parts.push({ fromMs: startMs, toMs: endMs, code: reading.code });
    atMs = endMs;
  }
  if (atMs < toMs) parts.push({ fromMs: atMs, toMs, code: UNKNOWN });
  return joined(parts);
}

function joined(parts: readonly Stretch[]): Stretch[] {
  const found: Stretch[] = [];
  for (const { fromMs, toMs, code } of parts) {
    const last = found.at(-1);
    if (last?.code === code && last.toMs === fromMs) last.toMs = toMs;
    else found.push({ fromMs, toMs, code });
  }
  return found;
}

function firstDifference(own: readonly Stretch[], found: readonly Stretch[]): string | undefined {
  for (let at = 0; at < Math.max(own.length, found.length); at += 1) {
    if (inWords(own[at]) !== inWords(found[at])) return `should be ${inWords(own[at])}, is ${inWords(found[at])}`;
  }
  return undefined;
}

function inWords(stretch: Stretch | undefined): string {
  return stretch ? `${stretch.code} from ${instant(stretch.fromMs)} to ${instant(stretch.toMs)}` : "nothing";
}

function codeOf(status: string): number {
  return status === "unknown" ? UNKNOWN : ((STATUS_CODES as Readonly<Record<string, number>>)[status] ?? -1);
}
