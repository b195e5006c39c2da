/** The sandbox's history, which may be thrown away once there is an account of one's own. */
import { rmSync } from "node:fs";
import { type Handle, openForWords, readerOrNothing } from "../open.ts";
import { ownDatabase, sandboxDatabase } from "./data-folder.ts";

const WISH = "drop_sandbox";

/** Wishes the sandbox's history away, as soon as nobody records into it. `db`: the user's own history. */
export function wishSandboxAway(db: Handle): void {
  db.prepare("INSERT INTO setting (key, value) VALUES (?, '1') ON CONFLICT DO NOTHING").run(WISH);
}

/** Removes it where that was wished. To be called while no collector runs. Returns whether it was. */
export function dropSandboxIfWished(folder: string): boolean {
  const own = readerOrNothing(ownDatabase(folder), { anyAge: true });
  if (!own) return false;
  const isWished = own.prepare("SELECT EXISTS (SELECT 1 FROM setting WHERE key = ?)").pluck().get(WISH) === 1;
  own.close();
  if (!isWished) return false;
  for (const end of ["", "-wal", "-shm"]) rmSync(`${sandboxDatabase(folder)}${end}`, { force: true });
  const db = openForWords(ownDatabase(folder));
  db.prepare("DELETE FROM setting WHERE key = ?").run(WISH);
  db.close();
  return true;
}
