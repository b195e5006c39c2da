/** Every event, once, in the order in which they were recorded. */
import type { Handle } from "../open.ts";
import { OWN_SOURCE } from "../record/source.ts";
import { STATUS_CODES } from "../status.ts";
import { at, type Check, type Finding, MERGE, RESTORE } from "./finding.ts";
import { going, isMerging } from "./under-way.ts";

const TELL_EVERY = 20_000;
const CODES: ReadonlySet<number> = new Set(Object.values(STATUS_CODES));

type EventRow = [seq: number, contactId: number, coverageId: number, atMs: number, status: number];

interface Coverage {
  accountId: number;
  sourceId: number;
  isOwn: boolean;
  fromMs: number;
  toMs: number;
  /** The instant of its last event so far. */
  lastMs: number;
}

export const events: Check = {
  name: "events",
  *run(db, { tell }) {
    const known = whatIsKnown(db);
    const total = db.prepare("SELECT count(*) FROM event").pluck().get() as number;
    let done = 0;
    const rows = db.prepare("SELECT seq, contact_id, coverage_id, at_ms, status FROM event ORDER BY seq").raw();
    for (const row of rows.iterate() as Iterable<EventRow>) {
      if (done++ % TELL_EVERY === 0) tell(done, total);
      const fault = faultOf(row, known);
      if (fault) yield { ...fault, what: `event ${row[0]} of contact ${row[1]} ${fault.what}` };
    }
  },
};

interface Known {
  coverages: Map<number, Coverage>;
  /** The account of each contact. */
  accounts: Map<number, number>;
  /** By contact and source. */
  watches: Map<string, [fromMs: number, toMs: number][]>;
  isMerging: boolean;
  going: ReadonlySet<number>;
}

function faultOf([, contactId, coverageId, atMs, status]: EventRow, known: Known): Finding | undefined {
  const coverage = known.coverages.get(coverageId);
  // The check of references says what is not there.
  if (!coverage) return undefined;
  const lastMs = coverage.lastMs;
  coverage.lastMs = Math.max(lastMs, atMs);
  if (!CODES.has(status)) return { what: `has status ${status}, which there is not`, advice: RESTORE };
  if (known.accounts.get(contactId) !== coverage.accountId)
    return { what: "stands in the coverage of another account", advice: RESTORE };
  // What was brought in from elsewhere may come piece by piece.
  if (coverage.isOwn && atMs >= coverage.fromMs && atMs < lastMs)
    return { what: `is of ${at(atMs)}, before the event recorded before it in its coverage`, advice: RESTORE };
  const what = unclaimed(contactId, atMs, coverage, known);
  if (what === undefined || (!coverage.isOwn && known.isMerging) || known.going.has(contactId)) return undefined;
  return { what, advice: coverage.isOwn ? RESTORE : MERGE };
}

function unclaimed(
  contactId: number,
  atMs: number,
  { fromMs, toMs, sourceId }: Coverage,
  { watches }: Known,
): string | undefined {
  if (atMs < fromMs || atMs > toMs) {
    return `is of ${at(atMs)}, outside its coverage (${at(fromMs)} to ${at(toMs)})`;
  }
  const own = watches.get(`${contactId} ${sourceId}`) ?? [];
  const isWatched = own.some(([fromMs, toMs]) => fromMs <= atMs && atMs <= toMs);
  return isWatched ? undefined : `is of ${at(atMs)}, when the contact was not watched`;
}

function whatIsKnown(db: Handle): Known {
  const coverages = db
    .prepare(
      `SELECT id, account_id AS accountId, source_id AS sourceId, source_id IS ${OWN_SOURCE} AS isOwn,
              from_ms AS fromMs, to_ms AS toMs FROM coverage`,
    )
    .all() as (Omit<Coverage, "lastMs" | "isOwn"> & { id: number; isOwn: number })[];
  const contacts = db.prepare("SELECT id, account_id FROM contact").raw().all() as [number, number][];
  const rows = db
    .prepare(
      `SELECT contact_id || ' ' || coalesce(source_id, ${OWN_SOURCE}), from_ms, coalesce(to_ms, 9e15) FROM watch`,
    )
    .raw()
    .all() as [string, number, number][];
  const watches = new Map<string, [number, number][]>();
  for (const [key, fromMs, toMs] of rows) {
    const list = watches.get(key);
    if (list) list.push([fromMs, toMs]);
    else watches.set(key, [[fromMs, toMs]]);
  }
  return {
    coverages: new Map(
      coverages.map((row) => [row.id, { ...row, isOwn: row.isOwn === 1, lastMs: Number.NEGATIVE_INFINITY }]),
    ),
    accounts: new Map(contacts),
    watches,
    isMerging: isMerging(db),
    going: going(db),
  };
}
