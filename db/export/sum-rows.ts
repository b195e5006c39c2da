/** Seconds by status for each local day or hour of each contact. What was observed stands beside every sum. */
import { localDays } from "../answers/zone.ts";
import { horizonOf } from "../history/coverage.ts";
import { firstWatchedMs } from "../history/spans.ts";
import { eachPieceOf } from "../history/stretches.ts";
import type { Handle } from "../open.ts";
import { DAY_MS, UNKNOWN_CODE } from "../rollup/timeline.ts";
import { STATUS_CODES } from "../status.ts";
import type { Cell, Page, RowOptions } from "./cells.ts";
import { SUMMED } from "./columns.ts";
import { IsoInstants, LocalTime } from "./iso.ts";
import { breathe } from "./pages.ts";
import type { ExportQuery } from "./query.ts";
import { type Whose, whoseOf } from "./whose.ts";

const HOUR_MS = 3_600_000;
/** So many buckets are summed up in one go. */
const PAGE_BUCKETS = 512;
const CODES = 16;

/** A local day or hour, or the part of it that the range leaves; `cells` say which. */
interface Bucket {
  fromMs: number;
  toMs: number;
  cells: Cell[];
}

type BucketsOf = (fromMs: number, toMs: number) => Generator<Bucket>;

/**
 * One row per contact and local day. Without `fromMs` the first day is told from its midnight on; without `toMs` the
 * last one ends where the account's observation stands now.
 */
export async function* dailyRows(db: Handle, query: ExportQuery, options: RowOptions): AsyncGenerator<Page> {
  const { zone } = query;
  // Days cost a question to Temporal each, and are the same for all contacts.
  const known = new Map<number, Bucket[]>();
  const utc = new IsoInstants();
  yield* sumRows(db, query, options, function* (fromMs, toMs) {
    // The day that contains the beginning may have begun in the year before.
    for (let year = yearOf(fromMs - 2 * DAY_MS); year <= yearOf(toMs - 1); year++) {
      const days = known.get(year) ?? daysOf(year, zone);
      known.set(year, days);
      for (const day of days) {
        const startMs = Math.max(day.fromMs, query.fromMs ?? day.fromMs);
        const endMs = Math.min(day.toMs, toMs);
        if (day.toMs <= fromMs || startMs >= endMs) continue;
        const cells = [...day.cells, `${utc.at(startMs)}Z`, `${utc.at(endMs)}Z`];
        yield { fromMs: startMs, toMs: endMs, cells };
      }
    }
  });
}

function yearOf(atMs: number): number {
  return new Date(atMs).getUTCFullYear();
}

/** The local days that begin in this year of UTC, whatever their date. */
function daysOf(year: number, zone: string): Bucket[] {
  const [fromMs, toMs] = [Date.UTC(year, 0), Date.UTC(year + 1, 0)];
  return localDays(zone, fromMs - 1, toMs)
    .filter((day) => day.fromMs >= fromMs && day.fromMs < toMs)
    .map((day) => ({ fromMs: day.fromMs, toMs: day.toMs, cells: [day.date] }));
}

/** One row per contact and local hour; an hour that a clock change repeats or cuts has a row for each offset. */
export async function* hourlyRows(db: Handle, query: ExportQuery, options: RowOptions): AsyncGenerator<Page> {
  const utc = new IsoInstants();
  yield* sumRows(db, query, options, function* (fromMs, toMs) {
    const local = new LocalTime(query.zone, fromMs, toMs);
    for (let startMs = fromMs; startMs < toMs; ) {
      const hourMs = startMs + HOUR_MS - modulo(startMs + local.offsetMs(startMs), HOUR_MS);
      const endMs = Math.min(hourMs, local.nextTransitionMs(startMs), toMs);
      const at = local.at(startMs);
      const [date, hour] = at.split("T") as [string, string];
      const cells = [date, Number(hour.slice(0, 2)), local.offset(startMs), `${utc.at(startMs)}Z`, `${utc.at(endMs)}Z`];
      yield { fromMs: startMs, toMs: endMs, cells };
      startMs = endMs;
    }
  });
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

async function* sumRows(
  db: Handle,
  query: ExportQuery,
  { names, onProgress }: RowOptions,
  bucketsOf: BucketsOf,
): AsyncGenerator<Page> {
  const contacts = whoseOf(db, query, names);
  for (const [i, whose] of contacts.entries()) {
    onProgress(i, contacts.length);
    const fromMs = query.fromMs ?? (await firstWatchedMs(db, whose.id));
    const toMs = Math.min(query.toMs ?? Number.POSITIVE_INFINITY, await horizonOf(db, whose.accountId, query.nowMs));
    if (fromMs === undefined || fromMs >= toMs) continue;
    for (const buckets of inPages(bucketsOf(fromMs, toMs))) {
      yield rowsOf(db, whose, buckets, query.zone);
      await breathe();
    }
  }
}

function* inPages(buckets: Generator<Bucket>): Generator<Bucket[]> {
  let page: Bucket[] = [];
  for (const bucket of buckets) {
    page.push(bucket);
    if (page.length < PAGE_BUCKETS) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function rowsOf(db: Handle, whose: Whose, buckets: readonly Bucket[], zone: string): Page {
  const sums = sumUp(db, whose.id, buckets);
  return buckets.map(({ fromMs, toMs, cells }, i) => [
    ...cells,
    zone,
    whose.account,
    whose.address,
    whose.name,
    ...sumCells(toMs - fromMs, sums.subarray(i * CODES, (i + 1) * CODES)),
  ]);
}

/** Milliseconds by bucket and status code. The buckets follow each other without a hole. */
function sumUp(db: Handle, contactId: number, buckets: readonly Bucket[]): Float64Array {
  const sums = new Float64Array(buckets.length * CODES);
  let i = 0;
  const [first, last] = [buckets[0] as Bucket, buckets.at(-1) as Bucket];
  eachPieceOf(db, contactId, first.fromMs, last.toMs, (fromMs, toMs, code) => {
    for (let atMs = fromMs; atMs < toMs; ) {
      const endMs = Math.min(toMs, (buckets[i] as Bucket).toMs);
      sums[i * CODES + code] = (sums[i * CODES + code] as number) + endMs - atMs;
      if (endMs === (buckets[i] as Bucket).toMs) i++;
      atMs = endMs;
    }
  });
  return sums;
}

/** Where nothing was observed, no status has a sum, not even nought. */
function sumCells(lengthMs: number, sums: Float64Array): Cell[] {
  const unknownMs = sums[UNKNOWN_CODE] as number;
  const observedMs = lengthMs - unknownMs;
  const isKnown = observedMs > 0;
  const aroundMs = observedMs - (sums[STATUS_CODES.offline] as number);
  const byStatus = SUMMED.map((status) => (isKnown ? (sums[STATUS_CODES[status]] as number) / 1000 : null));
  return [lengthMs / 1000, observedMs / 1000, unknownMs / 1000, isKnown ? aroundMs / 1000 : null, ...byStatus];
}
