/** Who was there at the same time. Contacts or persons; two contacts of one person are two here. */
import { sharedMs, type Times, timesOf } from "../answers/together.ts";
import type { Handle } from "../open.ts";
import { UNKNOWN_CODE } from "../rollup/timeline.ts";
import { inSnapshot } from "../snapshot.ts";
import { STATUS_CODES } from "../status.ts";
import { allPersons, type Person, readingOf, type Who } from "./persons.ts";
import { eachPersonPiece } from "./pieces.ts";

export interface Together<A extends Who = Who, B extends Who = Who> {
  a: A;
  b: B;
  /** Milliseconds in which both were around. */
  togetherMs: number;
  /** Milliseconds in which both were observed: what `togetherMs` is a part of. */
  bothObservedMs: number;
  /** The part of `bothObservedMs` in which each was around; what would be shared by chance is their product over it. */
  aAroundMs: number;
  bAroundMs: number;
}

/** More pairs than this are more than anybody asks for: 2,000,000. */
const MOST = 2_000;

/**
 * How long each two of these were around together in [fromMs, toMs) (UTC milliseconds): every pair once, in the order
 * given. Throws RangeError when fromMs >= toMs, and for more than 2,000 of them.
 */
export async function togetherOf<W extends Who>(
  db: Handle,
  whos: readonly W[],
  fromMs: number,
  toMs: number,
): Promise<Together<W, W>[]> {
  if (whos.length > MOST) throw new RangeError(`${whos.length} people make too many pairs; ${MOST} is the most`);
  const times = await readTimes(db, whos, fromMs, toMs);
  return times.flatMap((a, i) => times.slice(i + 1).map((b) => pair(a, b)));
}

/** The same for one of them and each of the others, in the order given. */
export async function togetherWith<A extends Who, B extends Who>(
  db: Handle,
  who: A,
  others: readonly B[],
  fromMs: number,
  toMs: number,
): Promise<Together<A, B>[]> {
  const [one] = (await readTimes(db, [who], fromMs, toMs)) as [Known<A>];
  return (await readTimes(db, others, fromMs, toMs)).map((other) => pair(one, other));
}

interface Known<W extends Who> extends Times {
  who: W;
}

async function readTimes<W extends Who>(
  db: Handle,
  whos: readonly W[],
  fromMs: number,
  toMs: number,
): Promise<Known<W>[]> {
  const times: Known<W>[] = [];
  for (const who of whos) times.push({ who, ...timesOf(await readingOf(db, who, fromMs, toMs)) });
  return times;
}

function pair<A extends Who, B extends Who>(a: Known<A>, b: Known<B>): Together<A, B> {
  return {
    a: a.who,
    b: b.who,
    togetherMs: sharedMs(a.around, b.around),
    bothObservedMs: sharedMs(a.observed, b.observed),
    aAroundMs: sharedMs(a.around, b.observed),
    bAroundMs: sharedMs(a.observed, b.around),
  };
}

export interface AroundDuring extends Person {
  /** Milliseconds of the range in which the person was around, and in which it was observed. */
  aroundMs: number;
  observedMs: number;
}

/**
 * Everyone who was around at any instant of [fromMs, toMs) (UTC milliseconds), each person once, longest first. Who is
 * not among them was offline or hidden, or not observed. Throws RangeError when fromMs >= toMs.
 */
export async function aroundDuring(db: Handle, fromMs: number, toMs: number): Promise<AroundDuring[]> {
  const found = inSnapshot(db, () =>
    allPersons(db).map((person) => {
      const sums = { aroundMs: 0, observedMs: 0 };
      eachPersonPiece(db, person.contactIds, fromMs, toMs, (startMs, endMs, code) => {
        if (code === UNKNOWN_CODE) return;
        sums.observedMs += endMs - startMs;
        if (code !== STATUS_CODES.offline) sums.aroundMs += endMs - startMs;
      });
      return { ...person, ...sums };
    }),
  );
  return found.filter(({ aroundMs }) => aroundMs > 0).sort((a, b) => b.aroundMs - a.aroundMs);
}
