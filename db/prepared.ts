import type { Statement } from "better-sqlite3";
import type { Handle } from "./open.ts";

const statements = new WeakMap<Handle, Map<string, Statement>>();

/** The statement for this text, compiled once per handle: compiling costs more than most questions take to answer. */
export function prepared(db: Handle, sql: string): Statement {
  const known = statements.get(db) ?? new Map<string, Statement>();
  statements.set(db, known);
  const statement = known.get(sql) ?? db.prepare(sql);
  known.set(sql, statement);
  return statement;
}
