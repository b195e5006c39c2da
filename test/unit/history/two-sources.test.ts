import { join } from "node:path";
import { expect, test } from "vitest";
import { spansOf } from "../../../db/history/spans.ts";
import { openForWriting } from "../../../db/open.ts";
import { tempFolder } from "../../helpers/temp.ts";

/** Found by the simulation: the second stretch of an interrupted coverage brought its event before those of the first. */
test("a source that answers before and after another one's coverage keeps its own changes in order", async () => {
  const db = openForWriting(join(tempFolder(), "rollcall.db"));
  db.exec(`
    INSERT INTO source (id, uuid, name) VALUES (1, 'own', 'own'), (2, 'other', 'other');
    INSERT INTO setting (key, value) VALUES ('source', 'own');
    INSERT INTO account (id, network, address, display_address, host, port, added_ms) VALUES (1, 'n', 'a', 'a', 'h', 1, 0);
    INSERT INTO contact (id, account_id, address, display_address, name, first_seen_ms) VALUES (1, 1, 'c', 'c', 'c', 0);
    INSERT INTO run (id, source_id, pid, version, started_ms, heartbeat_ms) VALUES (1, 1, 1, '', 0, 0);
    INSERT INTO coverage (id, account_id, source_id, run_id, from_ms, to_ms, end_reason) VALUES
      (1, 1, 1, 1, 500, 600, 'stopped'), (2, 1, 2, 1, 100, 1000, 'stopped');
    INSERT INTO watch (contact_id, from_ms, to_ms, source_id) VALUES (1, 500, 600, NULL), (1, 100, 1000, 2);
    INSERT INTO event (contact_id, coverage_id, at_ms, status, raw, origin) VALUES
      (1, 2, 200, 1, 'NLN', 1), (1, 2, 400, 7, 'BSY', 1), (1, 2, 550, 3, 'AWY', 1);
  `);
  const spans = await spansOf(db, 1, 50, 1100);
  db.close();
  expect(spans.map(({ fromMs, toMs, status }) => [fromMs, toMs, status])).toEqual([
    [50, 100, "unknown"],
    [100, 200, "offline"],
    [200, 400, "available"],
    [400, 500, "busy"],
    [500, 600, "offline"],
    [600, 1000, "away"],
    [1000, 1100, "unknown"],
  ]);
});
