/**
 * A copy of the history while events flow. It is read from one state of the history through a reader's handle: whoever
 * writes is not held up for a moment, and commits do not make it start again, as they would with SQLite's backup
 * interface. `VACUUM INTO` leaves no free pages, so nothing that was deleted travels along.
 */
import { openForReading } from "../open.ts";
import { compareStock, requireSound, type Stock, stockOf } from "./verify.ts";
import { makeWhole } from "./whole-file.ts";

export type BackupStage = "copying" | "verifying";

/**
 * Copies the history at `source` to `target`, which appears when the copy has been verified and is on the disk. Takes
 * its time without letting anybody else in: see db/backup/apart.ts. Throws BackupRefused, DatabaseRefused, or what the
 * disk says; then nothing is left behind.
 */
export function backUp(source: string, target: string, onStage: (stage: BackupStage) => void = () => undefined): Stock {
  const db = openForReading(source, { anyAge: true });
  try {
    return makeWhole(target, (unfinished) => {
      onStage("copying");
      const before = stockOf(db);
      db.prepare("VACUUM INTO ?").run(unfinished);
      onStage("verifying");
      const copied = verified(unfinished, before);
      compareStock(copied, before, stockOf(db, before));
      return copied;
    });
  } finally {
    db.close();
  }
}

function verified(path: string, before: Stock): Stock {
  const copy = openForReading(path, { anyAge: true });
  try {
    requireSound(copy, path);
    return stockOf(copy, before);
  } finally {
    copy.close();
  }
}
