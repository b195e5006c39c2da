/**
 * A copy of the database with the facts of a second Rollcall in it, whose clock went ahead and who was not always there:
 * where both recorded, the first alone answers. Made with SQL of the oracle's own.
 */
import Database from "better-sqlite3";

const AHEAD_MS = 97_003;
const OWN = "(SELECT id FROM source WHERE uuid = (SELECT value FROM setting WHERE key = 'source'))";

/** Returns the path of the copy, which has no rollups. Nothing else may have the database open. */
export function withSecondSource(path: string): string {
  const copy = `${path}.merged`;
  const original = new Database(path);
  original.prepare("VACUUM INTO ?").run(copy);
  original.close();
  const db = new Database(copy);
  db.exec(`
    DELETE FROM contact_day; DELETE FROM account_day; DELETE FROM everyone_day; DELETE FROM rollup_mark;
    DELETE FROM day_so_far;
    INSERT INTO source (id, uuid, name) VALUES (1000, 'another', 'another');
    INSERT INTO coverage (id, account_id, source_id, run_id, from_ms, to_ms, end_reason)
      SELECT id + 1000000, account_id, 1000, run_id, from_ms + ${AHEAD_MS}, to_ms + ${AHEAD_MS}, coalesce(end_reason, 'crash')
      FROM coverage WHERE id % 3 <> 0 AND source_id = ${OWN};
    INSERT INTO watch (contact_id, from_ms, to_ms, end_reason, source_id)
      SELECT contact_id, from_ms + ${AHEAD_MS}, coalesce(to_ms, 4000000000000) + ${AHEAD_MS}, 'removed', 1000 FROM watch WHERE source_id IS NULL;
    INSERT INTO event (contact_id, coverage_id, at_ms, status, raw, origin)
      SELECT contact_id, coverage_id + 1000000, at_ms + ${AHEAD_MS}, status, raw, origin
      FROM event WHERE coverage_id % 3 <> 0 AND coverage_id IN (
        SELECT id FROM coverage WHERE source_id = ${OWN}) ORDER BY seq;
  `);
  db.close();
  return copy;
}
