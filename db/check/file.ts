/** The file itself: its pages, its references, its versions. */
import { type Handle, SCHEMA_VERSION } from "../open.ts";
import { type Check, type Finding, RESTORE } from "./finding.ts";

const MOST = 20;

export const pages: Check = {
  name: "pages",
  *run(db) {
    for (const word of db.prepare(`PRAGMA integrity_check(${MOST})`).pluck().all() as string[]) {
      if (word !== "ok") yield { what: `the file is damaged: ${word.replaceAll("\n", " ")}`, advice: RESTORE };
    }
  },
};

export const references: Check = {
  name: "references",
  *run(db) {
    const rows = db.prepare("PRAGMA foreign_key_check").all() as { table: string; rowid: number; parent: string }[];
    for (const { table, rowid, parent } of rows) {
      yield { what: `${table} ${rowid ?? "?"} refers to a ${parent} that is not there`, advice: RESTORE };
    }
  },
};

export const versions: Check = {
  name: "versions",
  *run(db) {
    const found = db.pragma("user_version", { simple: true }) as number;
    if (found > SCHEMA_VERSION) {
      yield {
        what: `the schema is ${found / 1000}, newer than what this Rollcall knows`,
        advice: "check it with the newer Rollcall",
      };
    }
    yield* missing(db);
  },
};

/** What keeps mistakes from being stored at all. */
function* missing(db: Handle): Generator<Finding> {
  const guards = ["event_is_append_only", "coverage_open", "watch_open", "event_by_contact"];
  for (const name of guards) {
    const isThere = db.prepare("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ?)").pluck().get(name) === 1;
    if (!isThere) yield { what: `"${name}" has been removed from the schema`, advice: RESTORE };
  }
}
