/** The rate to compare with: nothing but a prepared INSERT into the same table, in transactions as large as ours. */
import { join } from "node:path";
import { openForWriting } from "../../../db/open.ts";
import { makeFolder } from "../../helpers/collector-fixture.ts";

const BATCH = 5_000;

/** Milliseconds for so many events of so many contacts, in the order in which they would arrive. */
export function bareInserts(events: number, contacts: number): number {
  using folder = makeFolder();
  const db = openForWriting(join(folder.path, "rollcall.db"));
  try {
    // Nobody is there whom they could be about.
    db.pragma("foreign_keys = OFF");
    const insert = db.prepare(
      "INSERT INTO event (contact_id, coverage_id, at_ms, status, raw, origin) VALUES (?, ?, ?, ?, ?, ?)",
    );
    const startMs = Date.now();
    const beganMs = performance.now();
    for (let at = 0; at < events; at += BATCH) {
      db.transaction(() => {
        for (let n = at; n < Math.min(at + BATCH, events); n++)
          insert.run((n % contacts) + 1, 1, startMs + Math.floor(n / 50), n % 8, "NLN", 1);
      }).immediate();
    }
    return performance.now() - beganMs;
  } finally {
    db.close();
  }
}
