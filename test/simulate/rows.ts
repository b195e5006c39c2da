/** The facts on the disk row by row, and what of them is no longer as it was. */
import type Database from "better-sqlite3";

export type Row = unknown[];

/** What may still grow of a row is left out of it, or `isSame` knows it. */
const TABLES = {
  event: "SELECT seq, contact_id, coverage_id, at_ms, status, raw, origin FROM event ORDER BY seq",
  coverage: "SELECT id, account_id, source_id, run_id, from_ms, to_ms, end_reason FROM coverage ORDER BY id",
  watch: "SELECT id, contact_id, from_ms, to_ms, end_reason, source_id FROM watch ORDER BY id",
  profile: "SELECT seq, contact_id, at_ms, field, value FROM profile ORDER BY seq",
  contact: "SELECT id, account_id, address FROM contact ORDER BY id",
} as const;

export type Table = keyof typeof TABLES;
export type Rows = Record<Table, Row[]> & { account: Row[] };

export interface Change {
  table: Table;
  row: Row;
  isLost: boolean;
  text: string;
}

export function readRows(db: Database.Database): Rows {
  const all = (sql: string) => db.prepare(sql).raw().all() as Row[];
  return {
    event: all(TABLES.event),
    coverage: all(TABLES.coverage),
    watch: all(TABLES.watch),
    profile: all(TABLES.profile),
    contact: all(TABLES.contact),
    account: all("SELECT id, address FROM account ORDER BY id"),
  };
}

export function changesOf(before: Rows, after: Rows): Change[] {
  return (Object.keys(TABLES) as Table[]).flatMap((table): Change[] => {
    const now = new Map(after[table].map((row) => [row[0], row]));
    return before[table].flatMap((row): Change[] => {
      const found = now.get(row[0]);
      if (!found) return [{ table, row, isLost: true, text: `lost: ${table} ${row.join(" ")}` }];
      if (isSame(table, row, found)) return [];
      return [{ table, row, isLost: false, text: `changed: ${table} ${row.join(" ")} became ${found.join(" ")}` }];
    });
  });
}

function isSame(table: Table, before: Row, after: Row): boolean {
  switch (table) {
    case "coverage":
      return isSameSoFar(before, after, 5);
    case "watch":
      return isSameSoFar(before, after, 3);
    case "event":
    case "profile":
    case "contact":
      return String(before) === String(after);
    default:
      return table satisfies never;
  }
}

/** An open one grows, and ends at some time; so does what another Rollcall told while it went on. An ended one stays. */
function isSameSoFar(before: Row, after: Row, end: number): boolean {
  const reason = before[end + 1];
  if (reason !== null && reason !== "carried") return String(before) === String(after);
  const rest = (row: Row) => String([...row.slice(0, end), ...row.slice(end + 2)]);
  const hasGrown = before[end] === null || after[end] === null || Number(after[end]) >= Number(before[end]);
  return rest(before) === rest(after) && hasGrown;
}
