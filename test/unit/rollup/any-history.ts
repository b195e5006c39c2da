/** Histories of several days in which only happens what can happen, and much of it at midnight. */
import fc from "fast-check";
import { reopenDays } from "../../../db/rollup/roller.ts";
import { DAY_MS } from "../../../db/rollup/timeline.ts";
import { STATUS_CODES, STATUSES, type Status } from "../../../db/status.ts";
import { address, contact, presence, RAW, type Story } from "../db/story.ts";

export const NAMES = ["ada", "bo", "cleo"] as const;
const HOUR_MS = 3_600_000;

const DEEDS = [
  "open",
  "open",
  "change",
  "change",
  "change",
  "prove",
  "close",
  "crash",
  "add",
  "remove",
  "pause",
  "speak",
  "merge",
] as const;

export interface Step {
  /** How long until it happens, or at which instant of the midnight to come. */
  wait: number | { midnight: number };
  deed: (typeof DEEDS)[number];
  who: string;
  status: Status;
  present: Record<string, Status>;
}

export const step: fc.Arbitrary<Step> = fc.record({
  wait: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 9 * HOUR_MS }) },
    { weight: 1, arbitrary: fc.constantFrom(0, 1, 26 * HOUR_MS, 60 * HOUR_MS) },
    { weight: 2, arbitrary: fc.constantFrom({ midnight: -1 }, { midnight: 0 }, { midnight: 0 }, { midnight: 1 }) },
  ),
  deed: fc.constantFrom(...DEEDS),
  who: fc.constantFrom<string>(...NAMES),
  status: fc.constantFrom<Status>(...STATUSES),
  present: fc.dictionary(fc.constantFrom<string>(...NAMES), fc.constantFrom<Status>(...STATUSES.slice(1))),
});

/** Tells a story step by step, as a collector would. */
export class Life {
  readonly #story: Story;
  readonly #onRoster = new Set<string>(NAMES);
  readonly #known = new Set<string>();
  #isOpen = false;
  #provedMs = 0;
  atMs: number;

  constructor(story: Story, fromMs: number) {
    this.#story = story;
    this.atMs = fromMs;
    story.roster(fromMs, ...NAMES);
  }

  live({ wait, deed, who, status, present }: Step): void {
    const story = this.#story;
    const midnightMs = (Math.floor(this.atMs / DAY_MS) + 1) * DAY_MS;
    this.atMs = Math.max(this.atMs, typeof wait === "number" ? this.atMs + wait : midnightMs + wait.midnight);
    const { atMs } = this;
    if (deed === "open" && !this.#isOpen) {
      const here = Object.fromEntries(Object.entries(present).filter(([name]) => this.#onRoster.has(name)));
      this.#isOpen = true;
      this.#known.clear();
      for (const name of this.#onRoster) this.#known.add(name);
      story.open(atMs, [...this.#onRoster], here);
      this.#provedMs = atMs;
    } else if (deed === "change" && this.#isOpen && this.#known.has(who)) {
      story.change(atMs, who, status);
      this.#provedMs = atMs;
    } else if (deed === "speak" && this.#isOpen && this.#onRoster.has(who) && !this.#known.has(who)) {
      this.#known.add(who);
      story.tell({ kind: "watch-open", atMs, ...presence(who, status) });
      this.#provedMs = atMs;
    } else if (deed === "prove" && this.#isOpen) {
      story.prove(atMs);
      this.#provedMs = atMs;
    } else if (deed === "close" && this.#isOpen) {
      story.close(this.#provedMs);
      this.#isOpen = false;
    } else if (deed === "crash") {
      story.startAgain(atMs);
      this.#isOpen = false;
    } else if (deed === "remove" && this.#isOpen && this.#onRoster.delete(who)) {
      this.#known.delete(who);
      story.tell({ kind: "proof", atMs }, { kind: "contact-removed", atMs, address: address(who) });
      this.#provedMs = atMs;
    } else if (deed === "add" && this.#isOpen && !this.#onRoster.has(who)) {
      this.#onRoster.add(who);
      story.tell({ kind: "proof", atMs }, { kind: "contact-added", atMs, contact: contact(who) });
      this.#provedMs = atMs;
    } else if (deed === "pause" && this.#isOpen && this.#known.delete(who)) {
      // As whoever pauses a contact does: their watch ends, and the next word or barrier opens another.
      story.prove(atMs);
      story.db
        .prepare("UPDATE watch SET to_ms = ?, end_reason = 'paused' WHERE contact_id = ? AND to_ms IS NULL")
        .run(atMs, story.contactId(who));
      this.#provedMs = atMs;
    } else if (deed === "merge") {
      this.#merge(present, who, status);
    }
  }

  /** What another Rollcall saw of the last hours arrives. */
  #merge(present: Record<string, Status>, who: string, status: Status): void {
    const { db, accountId } = this.#story;
    const fromMs = this.atMs - 20 * HOUR_MS;
    const last = db.prepare("SELECT max(to_ms) FROM coverage WHERE source_id = 99").pluck().get() as number | null;
    if (last !== null && last > fromMs) return;
    db.transaction(() => {
      db.exec("INSERT OR IGNORE INTO source (id, uuid, name) VALUES (99, 'elsewhere', 'elsewhere')");
      const runId = db.prepare("SELECT max(id) FROM run").pluck().get();
      const { lastInsertRowid: coverageId } = db
        .prepare(
          "INSERT INTO coverage (account_id, source_id, run_id, from_ms, to_ms, end_reason) VALUES (?, 99, ?, ?, ?, 'stopped')",
        )
        .run(accountId, runId, fromMs, this.atMs);
      // Another's roster: who is spoken of, and the first of all, who is not.
      for (const name of new Set([...Object.keys(present), who, NAMES[0]]))
        db.prepare("INSERT INTO watch (contact_id, source_id, from_ms, to_ms) VALUES (?, 99, ?, ?)").run(
          this.#story.contactId(name),
          fromMs + (name === who ? 0 : HOUR_MS),
          this.atMs,
        );
      const tell = db.prepare(
        "INSERT INTO event (contact_id, coverage_id, at_ms, status, raw, origin) VALUES (?, ?, ?, ?, ?, ?)",
      );
      for (const [name, word] of Object.entries(present))
        tell.run(this.#story.contactId(name), coverageId, fromMs, STATUS_CODES[word], RAW[word], 0);
      const laterMs = Math.floor(fromMs / DAY_MS + 0.9) * DAY_MS;
      if (laterMs > fromMs)
        tell.run(this.#story.contactId(who), coverageId, laterMs, STATUS_CODES[status], RAW[status], 1);
      reopenDays(db, accountId, fromMs);
    })();
  }
}
