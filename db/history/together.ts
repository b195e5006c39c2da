/** Who was there at the same time. Contacts or persons; two contacts of one person are two here. */
import { type Ranges, sharedByPair, sharedMs, type Times, TimesBuilder } from "../answers/together.ts";
import type { Handle } from "../open.ts";
import { UNKNOWN_CODE } from "../rollup/timeline.ts";
import { eachInSnapshot, inSnapshot } from "../snapshot.ts";
import { STATUS_CODES } from "../status.ts";
import { allPersons, memberIds, type Person, type Who } from "./persons.ts";
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
  const shared = sharedByPair(
    times.map(({ around }) => around),
    fromMs,
  );
  return times.flatMap((a, i) =>
    times.slice(i + 1).map((b, j) => pair(a, b, shared[(i + 1 + j) * times.length + i] as number)),
  );
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
  /** Within others' times of being observed, which most have in common. */
  aroundWithin: Map<Ranges, number>;
}

async function readTimes<W extends Who>(
  db: Handle,
  whos: readonly W[],
  fromMs: number,
  toMs: number,
): Promise<Known<W>[]> {
  if (fromMs >= toMs) throw new RangeError(`a range must end after it begins: ${fromMs} to ${toMs}`);
  // Contacts of one account are mostly observed at the same times: the same ranges are one object.
  const known = new Map<string, Ranges>();
  return inSnapshot(db, () =>
    whos.map((who) => {
      const ids = "contactId" in who ? [who.contactId] : memberIds(db, who.personKey);
      const builder = new TimesBuilder();
      eachPersonPiece(db, ids, fromMs, toMs, (...piece) => builder.add(...piece));
      const { around, observed } = builder.times();
      const name = observed.join();
      const same = known.get(name) ?? observed;
      known.set(name, same);
      return { who, around, observed: same, aroundWithin: new Map() };
    }),
  );
}

function pair<A extends Who, B extends Who>(
  a: Known<A>,
  b: Known<B>,
  togetherMs = sharedMs(a.around, b.around),
): Together<A, B> {
  return {
    a: a.who,
    b: b.who,
    togetherMs,
    bothObservedMs: sharedMs(a.observed, b.observed),
    aAroundMs: within(a, b.observed),
    bAroundMs: within(b, a.observed),
  };
}

function within<W extends Who>({ around, aroundWithin }: Known<W>, observed: Ranges): number {
  const found = aroundWithin.get(observed) ?? sharedMs(around, observed);
  aroundWithin.set(observed, found);
  return found;
}

export interface AroundDuring extends Person {
  /** Milliseconds of the range in which the person was around, and in which it was observed. */
  aroundMs: number;
  observedMs: number;
}

/**
 * Everyone who was around at any instant of [fromMs, toMs) (UTC milliseconds), each person once, longest first. Who is
 * not among them was offline or hidden, or not observed. It looks at everyone, a second for 10,000 over four weeks, and
 * lets others work meanwhile: `db` must be the caller's own. Throws RangeError when fromMs >= toMs.
 */
export async function aroundDuring(db: Handle, fromMs: number, toMs: number): Promise<AroundDuring[]> {
  if (fromMs >= toMs) throw new RangeError(`a range must end after it begins: ${fromMs} to ${toMs}`);
  const found: AroundDuring[] = [];
  await eachInSnapshot(
    db,
    () => allPersons(db),
    (person) => {
      const sums = { aroundMs: 0, observedMs: 0 };
      eachPersonPiece(db, person.contactIds, fromMs, toMs, (startMs, endMs, code) => {
        if (code === UNKNOWN_CODE) return;
        sums.observedMs += endMs - startMs;
        if (code !== STATUS_CODES.offline) sums.aroundMs += endMs - startMs;
      });
      found.push({ ...person, ...sums });
    },
  );
  return found.filter(({ aroundMs }) => aroundMs > 0).sort((a, b) => b.aroundMs - a.aroundMs);
}
