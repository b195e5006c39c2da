/**
 * A pause of one contact: while it is open nothing is recorded of the contact, and its time is unknown. After it the
 * contact is watched from the first word about it or from the next sign-in, never before.
 */
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import type { Handler } from "./handler.ts";
import { unwatch } from "./unwatch.ts";
import { contactParams, requireContact } from "./whom.ts";

/** Params `{ contactId }`; answers `{ changed }`, false when it was paused already. */
export const pause: Handler = function* (db, { params, askedMs }) {
  const { contactId } = contactParams.parse(params);
  return db
    .transaction(() => {
      requireContact(db, contactId);
      if (isPaused(db, contactId)) return { changed: false };
      // What was recorded until the wish was heard stays.
      const untilMs = unwatch(db, contactId, "paused") ?? askedMs;
      prepared(db, "INSERT INTO pause (contact_id, from_ms) VALUES (?, ?)").run(contactId, Math.max(askedMs, untilMs));
      return { changed: true };
    })
    .immediate();
};

/** Params `{ contactId }`; answers `{ changed }`, false when it was not paused. */
export const resume: Handler = function* (db, { params, askedMs }) {
  const { contactId } = contactParams.parse(params);
  return db
    .transaction(() => {
      requireContact(db, contactId);
      const { changes } = prepared(
        db,
        "UPDATE pause SET to_ms = max(from_ms, ?) WHERE contact_id = ? AND to_ms IS NULL",
      ).run(askedMs, contactId);
      return { changed: changes > 0 };
    })
    .immediate();
};

export function isPaused(db: Handle, contactId: number): boolean {
  const sql = "SELECT EXISTS (SELECT 1 FROM pause WHERE contact_id = ? AND to_ms IS NULL)";
  return prepared(db, sql).pluck().get(contactId) === 1;
}
