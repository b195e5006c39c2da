/** A disk that has written something else than it was told. */
import { closeSync, openSync, writeSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** Writes over all pages of one table or index. */
export function damageTable(path: string, name: string): void {
  const db = new DatabaseSync(path);
  const pages = db.prepare("SELECT pageno FROM dbstat WHERE name = ?").all(name) as { pageno: number }[];
  db.close();
  if (pages.length === 0) throw new Error(`there is nothing called ${name} in ${path}`);
  const file = openSync(path, "r+");
  for (const { pageno } of pages) writeSync(file, Buffer.alloc(64, 0xa5), 0, 64, (pageno - 1) * 4_096);
  closeSync(file);
}
