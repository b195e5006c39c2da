/** The end of a watch on a user's wish. */
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { OWN_SOURCE } from "../record/source.ts";
import { reopenSoFar } from "../rollup/roller.ts";

/**
 * Ends a contact's open watch and returns the instant. That is what this Rollcall's coverage of its account has been
 * proved up to, for only up to there everything that was said of the contact is in the history: facts from later on are
 * under way and will be left out. What the clock shows does not matter: it may have gone back behind what is recorded.
 * Undefined when there is no open watch. To be called in a transaction.
 */
export function unwatch(db: Handle, contactId: number, reason: "paused" | "excluded"): number | undefined {
  const accountId = accountOf(db, contactId);
  const toMs = prepared(
    db,
    `UPDATE watch SET end_reason = @reason, to_ms = max(from_ms, coalesce(
       (SELECT max(to_ms) FROM coverage WHERE account_id = @accountId AND source_id = ${OWN_SOURCE}),
       from_ms))
     WHERE contact_id = @contactId AND to_ms IS NULL RETURNING to_ms`,
  )
    .pluck()
    .get({ contactId, reason, accountId }) as number | undefined;
  if (toMs !== undefined) reopenSoFar(db, accountId, toMs);
  return toMs;
}

function accountOf(db: Handle, contactId: number): number {
  return prepared(db, "SELECT account_id FROM contact WHERE id = ?").pluck().get(contactId) as number;
}
