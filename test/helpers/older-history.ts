/** Histories as earlier Rollcalls wrote them: test/fixtures/schemas holds each with what it read as then. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { tempFolder } from "./temp.ts";

export const SCHEMA_FIXTURES = join(import.meta.dirname, "..", "fixtures", "schemas");

/** The path of a file with this schema, such as `1.3`, as its Rollcall left it. */
export function olderHistory(schema: string, folder = tempFolder()): string {
  const path = join(folder, "rollcall.db");
  const db = new DatabaseSync(path);
  db.exec("PRAGMA foreign_keys = OFF; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL");
  db.exec(readFileSync(join(SCHEMA_FIXTURES, `${schema}.sql`), "utf8"));
  db.close();
  return path;
}
