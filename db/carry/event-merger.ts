import { OWN_SOURCE } from "../record/source.ts";
import { DAY_MS } from "../rollup/timeline.ts";
import { STATUS_CODES, type Status } from "../status.ts";
import { Occurrences } from "./occurrences.ts";
import type { Rows } from "./rows.ts";

/** A coverage as it stands here. */
export interface MergedCoverage {
  id: number;
  sourceId: number;
  /** How far it goes, here or in the bundle; for ever where it is still open. */
  reachesMs: number;
  isNew: boolean;
  /** All that the bundle claims of it is claimed here: it, and who was watched in it, has been taken in before. */
  isWhole: boolean;
}

export type EventFact = readonly [atMs: number, status: Status, raw: string, origin: number];

/** Consecutive days of a contact that are sealed. */
interface Run {
  fromMs: number;
  toMs: number;
}

/**
 * Takes events that are not here yet. In sealed days nobody reads events, and retention may have deleted them there: of
 * those only the last one of a coverage is taken that goes on when the sealed days are over, for it says what the contact
 * was then (db/keep/retention.ts keeps the same ones).
 */
export class EventMerger {
  readonly #rows: Rows;
  readonly #occurrences = new Occurrences();
  readonly #sealed = new Map<number, Run[]>();
  /** The last event in sealed days that this merge has taken of a contact in a coverage. */
  readonly #speaking = new Map<string, { run: Run; seq: number | undefined }>();

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  /** Events come in the order in which they were recorded. Returns by how many there are more now. */
  take(contactId: number, coverage: MergedCoverage, event: EventFact): number {
    const [atMs] = event;
    const run = this.#sealedRun(contactId, atMs);
    if (run) return this.#takeSpeaking(contactId, coverage, event, run);
    if (!coverage.isNew && this.#isHere(contactId, coverage, atMs)) return 0;
    this.#insert(contactId, coverage, event);
    return 1;
  }

  /** Takes an event in sealed days in the place of the one that this merge has taken before it. */
  #takeSpeaking(contactId: number, coverage: MergedCoverage, event: EventFact, run: Run): number {
    if (coverage.reachesMs < run.toMs || this.#isUnwatched(contactId, coverage, event[0], run.toMs)) return 0;
    const key = `${contactId} ${coverage.id}`;
    const before = this.#speaking.get(key);
    const goes = before?.run === run ? before.seq : undefined;
    if (goes !== undefined) this.#rows.run("DELETE FROM event WHERE seq = ?", goes);
    const isHere = !coverage.isNew && this.#isHereItself(contactId, coverage, event);
    const seq = isHere ? undefined : this.#insert(contactId, coverage, event);
    this.#speaking.set(key, { run, seq });
    return (seq === undefined ? 0 : 1) - (goes === undefined ? 0 : 1);
  }

  /** Nobody watched the contact any more when the sealed days were over: its last word in them says nothing then. */
  #isUnwatched(contactId: number, { sourceId, isWhole }: MergedCoverage, atMs: number, endMs: number): boolean {
    if (!isWhole) return false;
    const watchedToMs = this.#rows.number(
      `SELECT max(coalesce(to_ms, ${Number.MAX_SAFE_INTEGER})) FROM watch
       WHERE contact_id = @contactId AND coalesce(source_id, ${OWN_SOURCE}) = @sourceId
         AND from_ms <= @atMs AND coalesce(to_ms, ${Number.MAX_SAFE_INTEGER}) >= @atMs`,
      { contactId, sourceId, atMs },
    );
    return typeof watchedToMs === "number" && watchedToMs <= endMs;
  }

  /** Of several at the same instant, we have the first ones or all. */
  #isHere(contactId: number, { id, sourceId }: MergedCoverage, atMs: number): boolean {
    const nth = this.#occurrences.nextAt(`${contactId} ${sourceId}`, id, atMs);
    const have = this.#rows.number(
      "SELECT count(*) FROM event WHERE contact_id = ? AND at_ms = ? AND coverage_id = ?",
      contactId,
      atMs,
      id,
    );
    return nth < (have ?? 0);
  }

  /** Of several at the same instant, we may have only the last. */
  #isHereItself(contactId: number, { id }: MergedCoverage, [atMs, status, raw, origin]: EventFact): boolean {
    const found = this.#rows.number(
      "SELECT 1 FROM event WHERE contact_id = ? AND at_ms = ? AND coverage_id = ? AND status = ? AND raw = ? AND origin = ?",
      contactId,
      atMs,
      id,
      STATUS_CODES[status],
      raw,
      origin,
    );
    return found !== undefined;
  }

  #insert(contactId: number, coverage: MergedCoverage, [atMs, status, raw, origin]: EventFact): number {
    return this.#rows.insert(
      "INSERT INTO event (contact_id, coverage_id, at_ms, status, raw, origin) VALUES (?, ?, ?, ?, ?, ?)",
      contactId,
      coverage.id,
      atMs,
      STATUS_CODES[status],
      raw,
      origin,
    );
  }

  /** The sealed days around an instant. A bundle's own ones come before its events. */
  #sealedRun(contactId: number, atMs: number): Run | undefined {
    const runs = this.#sealed.get(contactId) ?? this.#readSealed(contactId);
    this.#sealed.set(contactId, runs);
    const last = runs.at(-1);
    if (!last || atMs >= last.toMs) return undefined;
    return runs.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  }

  #readSealed(contactId: number): Run[] {
    const days = this.#rows.numbers(
      "SELECT day FROM contact_day WHERE contact_id = ? AND sealed = 1 ORDER BY day",
      contactId,
    );
    const runs: Run[] = [];
    for (const day of days) {
      const last = runs.at(-1);
      if (last?.toMs === day * DAY_MS) last.toMs += DAY_MS;
      else runs.push({ fromMs: day * DAY_MS, toMs: (day + 1) * DAY_MS });
    }
    return runs;
  }
}
