/** Each packed day and each quarter-hour's sum, unpacked here and compared to the millisecond. */
import type { Handle } from "../../../db/open.ts";
import { instant } from "../script.ts";
import type { Expected } from "./expected.ts";
import type { Finding } from "./finding.ts";
import { DAY_MS, unpackQuarters, unpackTimeline } from "./packed.ts";
import { filled, firstDifference, type Stretch, uncensored } from "./stretch.ts";

const QUARTER_MS = 900_000;

export function checkRollups(
  db: Handle,
  accounts: readonly { id: number; address: string }[],
  expected: readonly Expected[],
  findings: Finding[],
): void {
  const rows = <Row>(sql: string, ...values: number[]) => db.prepare(sql).all(...values) as Row[];
  const tell = (day: number, text: string) => findings.push({ what: "rollup", atMs: day * DAY_MS, text });
  for (const { id, address } of accounts) {
    const [mark] = rows<{ day: number }>("SELECT to_day day FROM rollup_mark WHERE account_id = ?", id);
    if (!mark) continue;
    const sums = new Map<string, number>();
    for (const { contact, stretches } of expected.filter((one) => one.contact.accountId === id)) {
      for (const stretch of stretches) addQuarters(sums, stretch, Number.NEGATIVE_INFINITY, mark.day * DAY_MS);
      const sql = "SELECT day, timeline FROM contact_day WHERE contact_id = ? AND day < ?";
      for (const { day, timeline } of rows<{ day: number; timeline: Uint8Array }>(sql, contact.id, mark.day)) {
        const own = uncensored(filled(stretches, day * DAY_MS, (day + 1) * DAY_MS));
        const difference = firstDifference(own, uncensored(unpackTimeline(day, timeline)));
        if (difference)
          tell(day, `the day ${instant(day * DAY_MS)} of ${contact.address} is rolled up wrong: ${difference}`);
      }
    }
    const sql = "SELECT day, quarters FROM account_day WHERE account_id = ? AND day < ?";
    for (const { day, quarters } of rows<{ day: number; quarters: Uint8Array }>(sql, id, mark.day)) {
      for (const [key, ms] of unpackQuarters(day, quarters)) {
        const own = sums.get(key) ?? 0;
        sums.delete(key);
        if (own !== ms) tell(day, `${quarterInWords(key)} of ${address} sums up to ${ms} ms, should be ${own}`);
      }
    }
    for (const [key, ms] of sums)
      tell(mark.day, `${quarterInWords(key)} of ${address} is not summed up, should be ${ms} ms`);
  }
}

/** Adds a stretch, as far as it lies in [fromMs, toMs), to sums by quarter-hour since the epoch and code. */
export function addQuarters(sums: Map<string, number>, stretch: Stretch, fromMs: number, toMs: number): void {
  const endMs = Math.min(stretch.toMs, toMs);
  for (let atMs = Math.max(stretch.fromMs, fromMs); atMs < endMs; ) {
    const quarter = Math.floor(atMs / QUARTER_MS);
    const nextMs = Math.min(endMs, (quarter + 1) * QUARTER_MS);
    const key = `${quarter} ${stretch.code}`;
    sums.set(key, (sums.get(key) ?? 0) + nextMs - atMs);
    atMs = nextMs;
  }
}

function quarterInWords(key: string): string {
  const [quarter, code] = key.split(" ");
  return `status ${code} in the quarter-hour from ${instant(Number(quarter) * QUARTER_MS)}`;
}
