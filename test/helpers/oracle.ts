/**
 * Judges a recorded history by what really went over the wire. It shares no code with `db/` or the recorder: it reads
 * the server's log with a reader of its own, the database with raw SQL, and looks states up by the design's definition.
 *
 * From the log it derives, connection by connection, what the client could know and when: the roster, each contact's
 * status, the pongs (the barrier is the answer to the first ping behind CHG), and the *runs*: stretches in which no two
 * chunks of bytes lie more than 45 s apart and the clocks agree. A claim must lie inside one run, begin at a pong, and
 * say exactly what the lines said.
 *
 * Only for a history that nobody in this process has open: two SQLite libraries in one process drop each other's locks.
 */
import { DatabaseSync } from "node:sqlite";
import { readHistory } from "./oracle/history.ts";
import { checkStates } from "./oracle/states.ts";
import { Trial } from "./oracle/trial.ts";
import { readWire } from "./oracle/wire.ts";
import type { WireEntry } from "./raw-server.ts";

export interface Case {
  databasePath: string;
  account: string;
  log: readonly WireEntry[];
  /** How much later than the server's writing something may have been read. */
  toleranceMs?: number;
  /** After a crash, what was not yet acknowledged may be missing: the end of a claim may fall short by this. */
  mayLoseMs?: number;
}

/** Findings in words, none when the history is true. */
export function judge({ databasePath, account, log, toleranceMs = 250, mayLoseMs = 0 }: Case): string[] {
  const db = new DatabaseSync(databasePath, { readOnly: true });
  try {
    const history = readHistory(db, account);
    const wire = readWire(log);
    const trial = new Trial(history, wire, toleranceMs, mayLoseMs);
    return [...trial.findings(), ...checkStates(db, history, wire, toleranceMs)];
  } finally {
    db.close();
  }
}
