/** Checks the readers of the house, and the rollups, against the oracle's own reading. */
import { checkHistory } from "../../../db/check/check.ts";
import { spansOf } from "../../../db/history/spans.ts";
import { stretchesOf } from "../../../db/history/stretches.ts";
import { type Handle, openForWriting } from "../../../db/open.ts";
import { rebuildRollups } from "../../../db/rollup/rebuild.ts";
import { Roller } from "../../../db/rollup/roller.ts";
import { STATUS_CODES } from "../../../db/status.ts";
import type { SealedDay } from "../keeper.ts";
import { instant } from "../script.ts";
import { type Expected, expectedOf } from "./expected.ts";
import type { Facts } from "./facts.ts";
import type { Finding } from "./finding.ts";
import { DAY_MS } from "./packed.ts";
import { checkRollups } from "./rollups.ts";
import { filled, firstDifference, joined, type Stretch, UNKNOWN, uncensored } from "./stretch.ts";
import { checkTotals } from "./totals.ts";

interface Range {
  fromMs: number;
  toMs: number;
}

export interface History {
  path: string;
  facts: Facts;
  /** The days of which retention may have taken the events. */
  sealed: readonly SealedDay[];
  nowMs: number;
}

/** Reads everything as it was left, then rolls up what is over, and reads everything again. */
export async function checkReaders({ path, facts, sealed, nowMs }: History, findings: Finding[]): Promise<void> {
  const ends = facts.coverages.flatMap(({ fromMs, toMs }) => [fromMs, toMs]);
  if (ends.length === 0) return;
  const whole = { fromMs: Math.min(...ends) - 12_345, toMs: Math.max(...ends) + 54_321 };
  // One that holds all there is, and one whose ends cut through whatever is there.
  const ranges = [whole, { fromMs: within(whole, 0.13), toMs: within(whole, 0.81) }];
  const expected = facts.contacts.map((contact) => expectedOf(facts, sealed, contact));
  const laterMs = Math.max(nowMs, whole.toMs + DAY_MS);
  const db = openForWriting(path);
  try {
    await readAll(db, "before the roll-up");
    const roller = new Roller(db);
    while (roller.roll(laterMs, 1_000));
    await readAll(db, "after the roll-up");
    checkRollups(db, facts.accounts, expected, findings);
    await checkRebuild(db);
  } finally {
    db.close();
  }

  async function readAll(handle: Handle, when: string): Promise<void> {
    for (const range of ranges) {
      for (const each of expected) await checkSpans(handle, each, range, when, findings);
      await checkTotals({ db: handle, accounts: facts.accounts, expected, range, when }, findings);
    }
  }

  async function checkRebuild(handle: Handle): Promise<void> {
    const { before, after } = rebuildRollups(handle, laterMs);
    const tell = (text: string) => findings.push({ what: "rollup", atMs: whole.fromMs, text });
    if (before !== after) {
      tell("rebuilding the rollups gives other rows");
      await readAll(handle, "after a rebuild");
    }
    for (const { what } of checkHistory(handle, { nowMs: laterMs, isFull: true }))
      tell(`the house's own check: ${what}`);
  }
}

function within({ fromMs, toMs }: Range, part: number): number {
  return Math.floor(fromMs + (toMs - fromMs) * part);
}

async function checkSpans(
  db: Handle,
  { contact, stretches, isPatched }: Expected,
  { fromMs, toMs }: Range,
  when: string,
  findings: Finding[],
): Promise<void> {
  const alike = isPatched ? uncensored : joined;
  const own = alike(filled(stretches, fromMs, toMs));
  compare(`spansOf(${contact.address})`, await spansOf(db, contact.id, fromMs, toMs));
  compare(`stretchesOf(${contact.address})`, [...(await stretchesOf(db, contact.id, fromMs, toMs))]);

  function compare(name: string, read: readonly (Omit<Stretch, "code"> & { status: string })[]): void {
    const found = read.map(({ status, ...rest }) => ({ ...rest, code: codeOf(status) }));
    const tell = (text: string) =>
      findings.push({ what: "reader", atMs: fromMs, text: `${name} of ${instant(fromMs)} ${when}: ${text}` });
    const hole = found.find((one, at) => one.toMs <= one.fromMs || (found[at + 1]?.fromMs ?? one.toMs) !== one.toMs);
    if (hole) tell(`a hole or an overlap at ${instant(hole.toMs)}`);
    if (found[0]?.fromMs !== fromMs || found.at(-1)?.toMs !== toMs) tell("does not add up to its range");
    const difference = firstDifference(own, alike(found));
    if (difference) tell(difference);
  }
}

function codeOf(status: string): number {
  return status === "unknown" ? UNKNOWN : ((STATUS_CODES as Readonly<Record<string, number>>)[status] ?? -1);
}
