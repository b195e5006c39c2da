/** The facts of a history as the rows of a bundle. Numbers of rows are the bundle's own; whose facts they are is told by natural keys. */
import type { Handle } from "../open.ts";
import { OWN_SOURCE } from "../record/source.ts";
import { statusFromCode } from "../status.ts";
import type { BundleRow, SectionLines } from "./sections.ts";

const PAGE_ROWS = 5_000;

/** The numbers in the bundle, by the numbers of the database. */
type Numbers = Map<number, number>;

export function factsOf(db: Handle, onProgress?: (done: number, total: number) => void): SectionLines {
  const known = {
    source: new Map() as Numbers,
    account: new Map() as Numbers,
    contact: new Map() as Numbers,
    run: new Map() as Numbers,
    coverage: new Map() as Numbers,
    person: new Map() as Numbers,
  };
  /** Rows whose first column is the number that others refer to them by; it gives way to the place in the bundle. */
  const numbered = (kind: keyof typeof known, sql: string, references: Refs = []) =>
    function* () {
      for (const [id, ...row] of rowsOf(db, sql)) {
        known[kind].set(id as number, known[kind].size);
        yield lineOf(row, references);
      }
    };
  const plain = (sql: string, references: Refs = []) =>
    function* () {
      for (const row of rowsOf(db, sql)) yield lineOf(row, references);
    };
  const { source, account, contact, run, coverage, person } = known;
  return {
    source: numbered("source", SOURCES),
    account: numbered("account", ACCOUNTS),
    contact: numbered("contact", CONTACTS, [account]),
    run: numbered("run", RUNS, [source]),
    coverage: numbered("coverage", COVERAGES, [account, source, run]),
    day: plain(DAYS, [contact]),
    event: () => eventLines(db, contact, coverage, onProgress),
    profile: () => profileLines(db, contact, source),
    watch: plain(WATCHES, [contact, source]),
    pause: plain(
      `SELECT c.id, p.from_ms, p.to_ms FROM pause p JOIN ${CONTACT} ON c.id = p.contact_id ${CONTACT_ORDER}, p.from_ms, p.id`,
      [contact],
    ),
    note: plain(
      `SELECT c.id, n.alias, n.note FROM contact_note n JOIN ${CONTACT} ON c.id = n.contact_id ${CONTACT_ORDER}`,
      [contact],
    ),
    tag: plain(`SELECT c.id, t.tag FROM contact_tag t JOIN ${CONTACT} ON c.id = t.contact_id ${CONTACT_ORDER}, t.tag`, [
      contact,
    ]),
    retention: plain(
      `SELECT c.id, r.days FROM contact_retention r JOIN ${CONTACT} ON c.id = r.contact_id ${CONTACT_ORDER}`,
      [contact],
    ),
    person: numbered("person", "SELECT id, name, created_ms FROM person ORDER BY created_ms, id"),
    link: plain(LINKS, [person, contact]),
  };
}

/** Which numbers the first columns of a row are to be translated with. */
type Refs = readonly Numbers[];

function lineOf(row: BundleRow, references: Refs): string {
  return JSON.stringify(
    row.map((value: unknown, i) => {
      if (i < references.length) return numberOf(references[i], value);
      return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
    }),
  );
}

function numberOf(numbers: Numbers | undefined, id: unknown): number {
  const number = numbers?.get(id as number);
  if (number === undefined) throw new Error(`a fact refers to row ${id}, which is not in the bundle`);
  return number;
}

function rowsOf(db: Handle, sql: string): IterableIterator<BundleRow> {
  return db.prepare(sql).raw().iterate() as IterableIterator<BundleRow>;
}

// Only Rollcalls that recorded something; a fresh one's own number is no fact.
const SOURCES = `
  SELECT id, uuid, name FROM source s WHERE EXISTS (SELECT 1 FROM run WHERE source_id = s.id) ORDER BY id`;
const ACCOUNTS = `
  SELECT id, network, address, display_address, host, port, options, added_ms FROM account ORDER BY network, address`;
const CONTACT = "(contact c JOIN account a ON a.id = c.account_id)";
const CONTACT_ORDER = "ORDER BY a.network, a.address, c.address";
const CONTACTS = `
  SELECT c.id, c.account_id, c.address, c.display_address, c.name, c.groups, c.first_seen_ms, c.removed_ms
  FROM contact c JOIN account a ON a.id = c.account_id ${CONTACT_ORDER}`;
// What goes on is told as ended where it has been proved up to, for nobody can know more elsewhere.
const RUNS = `
  SELECT id, source_id, pid, version, started_ms, heartbeat_ms, coalesce(ended_ms, heartbeat_ms),
         coalesce(end_reason, iif(ended_ms IS NULL, 'carried', ''))
  FROM run ORDER BY source_id, started_ms, pid, id`;
const COVERAGES = `
  SELECT v.id, v.account_id, v.source_id, v.run_id, v.from_ms, v.to_ms, coalesce(v.end_reason, 'carried')
  FROM coverage v JOIN account a ON a.id = v.account_id
  ORDER BY a.network, a.address, v.source_id, v.from_ms, v.id`;
const DAYS = `
  SELECT c.id, d.day, d.timeline FROM contact_day d JOIN ${CONTACT} ON c.id = d.contact_id
  WHERE d.sealed = 1 ${CONTACT_ORDER}, d.day`;
const WATCHES = `
  SELECT c.id, w.sourceId, w.from_ms,
         coalesce(w.to_ms, max(w.from_ms, coalesce((
           SELECT to_ms FROM coverage v WHERE v.account_id = c.account_id AND v.source_id = w.sourceId
           ORDER BY to_ms DESC LIMIT 1), w.from_ms))),
         iif(w.to_ms IS NULL, 'carried', w.end_reason)
  FROM (SELECT *, coalesce(source_id, ${OWN_SOURCE}) AS sourceId FROM watch) w JOIN ${CONTACT} ON c.id = w.contact_id
  ${CONTACT_ORDER}, w.sourceId, w.from_ms, w.id`;
const LINKS = `
  SELECT l.person_id, c.id, l.linked_ms, l.unlinked_ms FROM person_link l JOIN person p ON p.id = l.person_id
  JOIN ${CONTACT} ON c.id = l.contact_id ORDER BY p.created_ms, p.id, a.network, a.address, c.address, l.linked_ms, l.id`;

type EventRow = [
  seq: number,
  contactId: number,
  coverageId: number,
  atMs: number,
  status: number,
  raw: string,
  origin: number,
];

/** In the order in which they were recorded. */
function* eventLines(
  db: Handle,
  contacts: Numbers,
  coverages: Numbers,
  onProgress: (done: number, total: number) => void = () => undefined,
): Generator<string> {
  const last = db.prepare("SELECT coalesce(max(seq), 0) FROM event").pluck().get() as number;
  const words = new Map<string, string>();
  const page = db
    .prepare(
      `SELECT seq, contact_id, coverage_id, at_ms, status, raw, origin FROM event WHERE seq > ? ORDER BY seq LIMIT ${PAGE_ROWS}`,
    )
    .raw();
  for (let after = 0; ; ) {
    const rows = page.all(after) as EventRow[];
    for (const [, contactId, coverageId, atMs, status, raw, origin] of rows) {
      const contact = numberOf(contacts, contactId);
      const coverage = numberOf(coverages, coverageId);
      yield `[${contact},${coverage},${atMs},${quoted(words, statusFromCode(status))},${quoted(words, raw)},${origin}]`;
    }
    const lastRow = rows.at(-1);
    if (!lastRow) return;
    [after] = lastRow;
    onProgress(after, last);
  }
}

function quoted(words: Map<string, string>, word: string): string {
  const known = words.get(word) ?? JSON.stringify(word);
  if (words.size < 10_000) words.set(word, known);
  return known;
}

function* profileLines(db: Handle, contacts: Numbers, sources: Numbers): Generator<string> {
  const sql = `SELECT contact_id, coalesce(source_id, ${OWN_SOURCE}), at_ms, field, value FROM profile ORDER BY seq`;
  for (const [contactId, sourceId, ...rest] of rowsOf(db, sql)) {
    yield JSON.stringify([numberOf(contacts, contactId), numberOf(sources, sourceId), ...rest]);
  }
}
