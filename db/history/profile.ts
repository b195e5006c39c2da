/** What contacts said about themselves, and what they did while they looked offline. */
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import type { Fact, ProfileField } from "../record/facts.ts";
import { OWN_SOURCE } from "../record/source.ts";

/** All that is kept under a contact's profile; `active-while-hidden` and `invitation` are things done, not words. */
export type RecordedField = ProfileField | Extract<Fact, { kind: "activity" }>["field"];

export interface ProfileChange {
  /** Numbered in the order of recording, over all contacts. */
  seq: number;
  atMs: number;
  field: RecordedField;
  /** Empty: shows none any more. */
  value: string;
  /** What the field said before; null when nothing was recorded yet, and for things done. */
  before: string | null;
  /** The Rollcall that heard it. */
  source: string | null;
}

const DEEDS: readonly RecordedField[] = ["active-while-hidden", "invitation"];

/**
 * What changed in a contact's profile in [fromMs, toMs) (UTC milliseconds), oldest first: all fields, or these. Each
 * change is the first hearing of it: it may have happened earlier, while nobody looked. Empty for a contact that does
 * not exist. Throws RangeError when fromMs >= toMs.
 */
export async function profileChangesOf(
  db: Handle,
  contactId: number,
  fromMs: number,
  toMs: number,
  fields?: readonly RecordedField[],
): Promise<ProfileChange[]> {
  if (fromMs >= toMs) throw new RangeError(`a range must end after it begins: ${fromMs} to ${toMs}`);
  // All of them, for what was said before the range; a contact has few.
  const rows = prepared(
    db,
    `SELECT p.seq, p.at_ms AS atMs, p.field, p.value, s.name AS source FROM profile p
     LEFT JOIN source s ON s.id = coalesce(p.source_id, ${OWN_SOURCE})
     WHERE p.contact_id = @contactId AND p.at_ms < @toMs
       AND (@fields IS NULL OR p.field IN (SELECT value FROM json_each(@fields)))
     ORDER BY p.at_ms, p.seq`,
  ).all({ contactId, toMs, fields: fields ? JSON.stringify(fields) : null }) as Omit<ProfileChange, "before">[];
  const said = new Map<RecordedField, string>();
  const changes = rows.map((row): ProfileChange => {
    const before = DEEDS.includes(row.field) ? null : (said.get(row.field) ?? null);
    said.set(row.field, row.value);
    return { ...row, before };
  });
  return changes.filter(({ atMs }) => atMs >= fromMs);
}

/** What each field of a contact's profile said last, at an instant; a field of which nothing was heard is missing. */
export async function profileAt(
  db: Handle,
  contactId: number,
  atMs: number,
): Promise<Partial<Record<ProfileField, { value: string; sinceMs: number }>>> {
  const changes = await profileChangesOf(db, contactId, Number.MIN_SAFE_INTEGER, atMs + 1);
  const words = changes.filter(({ field }) => !DEEDS.includes(field));
  return Object.fromEntries(words.map(({ field, value, atMs: sinceMs }) => [field, { value, sinceMs }]));
}
