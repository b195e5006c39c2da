/** A second account of the story's user. */
import type { Status } from "../../../db/status.ts";
import { STATUS_CODES } from "../../../db/status.ts";
import { RAW, type Story } from "../db/story.ts";

export const OTHER_ACCOUNT = 2;

export function addAccount(story: Story): void {
  story.db.exec(`
    INSERT INTO account (id, network, address, display_address, host, port, added_ms)
    VALUES (${OTHER_ACCOUNT}, 'messenger', 'me-too@example.com', 'me-too@example.com', '127.0.0.1', 1863, 0)`);
}

/** Somebody on the second account. Returns its number. */
export function addContact(story: Story, address: string): number {
  const { lastInsertRowid } = story.db
    .prepare("INSERT INTO contact (account_id, address, display_address, name, first_seen_ms) VALUES (?, ?, ?, ?, 0)")
    .run(OTHER_ACCOUNT, address, address, address);
  return Number(lastInsertRowid);
}

/** A coverage of the second account in which this contact was watched. Changes come at these instants. */
export function cover(
  story: Story,
  contactId: number,
  [fromMs, toMs]: [number, number],
  changes: readonly [atMs: number, status: Status][] = [],
): void {
  const { db } = story;
  const { lastInsertRowid: coverageId } = db
    .prepare(
      "INSERT INTO coverage (account_id, source_id, run_id, from_ms, to_ms, end_reason) VALUES (2, 1, 1, ?, ?, 'stopped')",
    )
    .run(fromMs, toMs);
  db.prepare("INSERT INTO watch (contact_id, from_ms, to_ms) VALUES (?, ?, ?)").run(contactId, fromMs, toMs);
  const insert = db.prepare(
    "INSERT INTO event (contact_id, coverage_id, at_ms, status, raw, origin) VALUES (?, ?, ?, ?, ?, 1)",
  );
  for (const [atMs, status] of changes) insert.run(contactId, coverageId, atMs, STATUS_CODES[status], RAW[status]);
}
