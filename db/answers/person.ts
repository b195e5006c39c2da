/** From the readings of several contacts to that of the one person behind them. Pure. */
import type { Stretch } from "../rollup/timeline.ts";
import type { Reading } from "../status.ts";

/**
 * Which of several statuses a person's is: the first of these that any of the contacts has. First who is at the screen,
 * then who said "back soon", then who has gone. `other` is a word we do not know, said by somebody who is there.
 */
export const PRESENCE_ORDER = [
  "available",
  "on-the-phone",
  "busy",
  "other",
  "be-right-back",
  "idle",
  "away",
  "out-to-lunch",
  "offline",
  "unknown",
] as const satisfies readonly Reading[];

const RANK = Object.fromEntries(PRESENCE_ORDER.map((reading, rank) => [reading, rank])) as Record<Reading, number>;

/**
 * The stretches of a person. `members`: those of each contact, which all fill the same range in order. Around when any
 * is, observed when any is; the status by PRESENCE_ORDER. A beginning or an end is certain when every contact that made
 * it was seen to do so. One contact's stretches come back as they are.
 */
export function asOne(members: readonly (readonly Stretch[])[]): Stretch[] {
  const [only] = members;
  if (only && members.length === 1) return [...only];
  const whole: Stretch[] = [];
  let before: Stretch[] | undefined;
  eachMoment(members, (fromMs, toMs, now) => {
    const status = mostPresent(now);
    const last = whole.at(-1);
    if (last && before && status === last.status && goesOn(before, now, status)) {
      last.toMs = toMs;
    } else {
      const isKnown = status !== "unknown";
      if (last && before) last.endCensored = last.status !== "unknown" && isEndCensored(before, now, last.status);
      const startCensored = isKnown && isStartCensored(before, now, status);
      whole.push({ fromMs, toMs, status, startCensored, endCensored: false });
    }
    before = now;
  });
  const last = whole.at(-1);
  if (last && before && last.status !== "unknown") last.endCensored = having(before, last.status).some(endsCensored);
  return whole;
}

/** Every piece of the common range in which no member changes, with what each of them is. */
export function eachMoment<Piece extends { fromMs: number; toMs: number }>(
  members: readonly (readonly Piece[])[],
  visit: (fromMs: number, toMs: number, now: Piece[]) => void,
): void {
  const at = members.map(() => 0);
  let fromMs = members[0]?.[0]?.fromMs;
  while (fromMs !== undefined) {
    const now: Piece[] = [];
    let toMs = Number.POSITIVE_INFINITY;
    for (const [i, pieces] of members.entries()) {
      while ((pieces[at[i] as number]?.toMs ?? Number.POSITIVE_INFINITY) <= fromMs) at[i] = (at[i] as number) + 1;
      const piece = pieces[at[i] as number];
      if (!piece) return;
      now.push(piece);
      toMs = Math.min(toMs, piece.toMs);
    }
    visit(fromMs, toMs, now);
    fromMs = toMs;
  }
}

/** What somebody is whose contacts are these; unknown for none. */
export function mostPresent(now: readonly { status: Reading }[]): Reading {
  let best: Reading = "unknown";
  for (const { status } of now) if (RANK[status] < RANK[best]) best = status;
  return best;
}

/** One of them is in the middle of it, or nobody knows before or after. */
function goesOn(before: readonly Stretch[], now: readonly Stretch[], status: Reading): boolean {
  return status === "unknown" || now.some((stretch, i) => stretch.status === status && before[i] === stretch);
}

/** The status ends because those who had it lost it, or because somebody came to have a more present one. */
function isEndCensored(before: readonly Stretch[], now: readonly Stretch[], status: Reading): boolean {
  const next = mostPresent(now);
  if (RANK[next] >= RANK[status]) return having(before, status).some(endsCensored);
  return before.some((stretch, i) => now[i]?.status === next && (stretch.status === "unknown" || stretch.endCensored));
}

function isStartCensored(before: readonly Stretch[] | undefined, now: readonly Stretch[], status: Reading): boolean {
  const last = before && mostPresent(before);
  if (!last || RANK[last] >= RANK[status]) return having(now, status).some(({ startCensored }) => startCensored);
  return now.some(
    (stretch, i) => before[i]?.status === last && (stretch.status === "unknown" || stretch.startCensored),
  );
}

function having(now: readonly Stretch[], status: Reading): Stretch[] {
  return now.filter((stretch) => stretch.status === status);
}

function endsCensored({ endCensored }: Stretch): boolean {
  return endCensored;
}
