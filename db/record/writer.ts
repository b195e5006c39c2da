/** Writes facts, one transaction a batch. When `append` returns, the batch survives kill -9 and a power cut. */
import type { Handle } from "../open.ts";
import { reopenDays, reopenSoFar } from "../rollup/roller.ts";
import { STATUS_CODES } from "../status.ts";
import type { Contact, Fact, Presence } from "./facts.ts";
import { LeftOut } from "./left-out.ts";
import { OWN_SOURCE, ownSource } from "./source.ts";

const BASELINE = 0;
const CHANGE = 1;

export class HistoryWriter {
  readonly #db: Handle;
  readonly #sql: Statements;
  readonly #runId: number;
  readonly #sourceId: number;
  readonly #leftOut: LeftOut;
  /** Row ids by account and address, null for who is left out altogether; the writer is the only one who adds contacts. */
  readonly #contactIds = new Map<number, Map<string, number | null>>();
  /** Contacts with an open watch. */
  #watched = new Set<number>();
  /** The open coverage of each account, and how far it is proved beyond what is written; see `#advance`. */
  readonly #open = new Map<number, OpenCoverage>();

  /** Begins a run. What an earlier run left open ended in a crash, at its last committed instant. */
  constructor(db: Handle, startedMs: number, version: string) {
    this.#db = db;
    this.#sql = prepare(db);
    [this.#sourceId, this.#runId] = db
      .transaction((): [number, number] => {
        // Who stopped for good stays stopped across a crash: coming back by itself would be fighting over the session.
        const hasCrashed = db.prepare("SELECT EXISTS (SELECT 1 FROM run WHERE ended_ms IS NULL)").pluck().get() === 1;
        db.exec(`
          UPDATE account SET state = 'new', state_detail = '', state_since_ms = NULL
          WHERE wish = 'record' ${hasCrashed ? "AND state <> 'stopped'" : ""};
          UPDATE coverage SET end_reason = 'crash' WHERE end_reason IS NULL;
          UPDATE run SET ended_ms = heartbeat_ms, end_reason = 'crash' WHERE ended_ms IS NULL;
        `);
        const sourceId = ownSource(db);
        const { lastInsertRowid } = db
          .prepare("INSERT INTO run (source_id, pid, version, started_ms, heartbeat_ms) VALUES (?, ?, ?, ?, ?)")
          .run(sourceId, process.pid, version, startedMs, startedMs);
        return [sourceId, Number(lastInsertRowid)];
      })
      .immediate();
    this.#leftOut = new LeftOut(db);
    this.#readWatches();
  }

  /** Reads again what may have changed by another hand on this handle: who is left out, who is watched, who is there. */
  heed(): void {
    this.#contactIds.clear();
    this.#open.clear();
    this.#leftOut.reload();
    this.#readWatches();
  }

  /** Appends a batch in one transaction and returns the highest event number in the history. */
  append(facts: readonly Fact[]): number {
    try {
      return this.#db
        .transaction(() => {
          for (const fact of facts) this.#write(fact);
          this.#advance();
          return this.#sql.lastSeq.get() as number;
        })
        .immediate();
    } catch (error) {
      // The contacts that this batch added have been rolled back with it, and the watches that it opened.
      this.#contactIds.clear();
      this.#open.clear();
      this.#readWatches();
      throw error;
    }
  }

  /** Ends the run in order. Coverages have been closed by their own facts. */
  end(endedMs: number, reason: string): void {
    this.#db.exec("UPDATE account SET state = 'new', state_detail = '' WHERE state <> 'stopped' AND wish = 'record'");
    this.#db
      .prepare(
        "UPDATE run SET ended_ms = max(?, started_ms), heartbeat_ms = max(?, heartbeat_ms), end_reason = ? WHERE id = ?",
      )
      .run(endedMs, endedMs, reason, this.#runId);
  }

  #write(fact: Fact): void {
    switch (fact.kind) {
      case "account-state":
        this.#sql.setAccountState.run(fact.state, fact.detail, fact.atMs, fact.untilMs ?? null, fact.accountId);
        return;
      case "roster":
        this.#sql.removeContactsBut.run(fact.atMs, fact.accountId, JSON.stringify(fact.contacts.map((c) => c.address)));
        this.#leftOut.forgetRoster(fact.accountId);
        for (const contact of fact.contacts) this.#putContact(fact.accountId, contact, fact.atMs);
        return;
      case "contact-added":
        this.#putContact(fact.accountId, fact.contact, fact.atMs);
        return;
      case "contact-removed":
        this.#removeContact(fact);
        return;
      case "coverage-open":
        this.#openCoverage(fact);
        return;
      case "proof":
        this.#prove(this.#openCoverageOf(fact.accountId), fact.atMs);
        return;
      case "coverage-close":
        this.#advance();
        this.#sql.closeCoverage.run(fact.toMs, fact.reason, this.#openCoverageOf(fact.accountId).id);
        this.#open.delete(fact.accountId);
        return;
      case "watch-open":
      case "change":
      case "said-again": {
        const contactId = this.#recordable(fact.accountId, fact.address, fact.atMs);
        if (contactId !== undefined) this.#hear(contactId, fact);
        return;
      }
      case "profile":
        return this.#show(fact);
      case "activity": {
        const contactId = this.#recordable(fact.accountId, fact.address, fact.atMs);
        if (contactId !== undefined) this.#sql.insertProfile.run({ ...fact, contactId });
        return;
      }
      case "mass-change":
        this.#sql.putMassChange.run(fact);
        return;
      case "heartbeat":
        this.#sql.heartbeat.run(fact.atMs, this.#runId);
        return;
      default:
        fact satisfies never;
    }
  }

  #removeContact({ accountId, address, atMs }: Fact & { kind: "contact-removed" }): void {
    this.#leftOut.letGo(accountId, address);
    this.#advance();
    const contactId = this.#sql.contactId.get(accountId, address) as number | undefined;
    if (contactId === undefined) return;
    this.#sql.removeContact.run(atMs, contactId);
    this.#heedClosed(accountId, this.#sql.closeWatch.all({ accountId, contactId, toMs: atMs }));
    this.#watched.delete(contactId);
  }

  #openCoverage(fact: Fact & { kind: "coverage-open" }): void {
    const { accountId, fromMs } = fact;
    this.#advance();
    // A clock that was ahead while nothing was claimed may have had days rolled up that now turn out not to be over.
    reopenDays(this.#db, accountId, fromMs);
    // Who left the roster while nobody looked was last known on it when the last coverage ended.
    const watched = JSON.stringify(fact.watched);
    this.#heedClosed(accountId, this.#sql.closeWatchesBut.all({ accountId, fromMs, watched }));
    this.#readWatches();
    for (const address of fact.watched) this.#openWatch(this.#recordable(accountId, address, fromMs), fromMs);
    this.#sql.openCoverage.run(accountId, this.#sourceId, this.#runId, fromMs, fromMs);
    for (const presence of fact.present) {
      const contactId = this.#recordable(accountId, presence.address, fromMs);
      if (contactId !== undefined) this.#appendEvent(accountId, contactId, fromMs, presence, BASELINE);
    }
  }

  /** Watches were closed at these instants, perhaps before what the unfinished day is summed up to. */
  #heedClosed(accountId: number, toMs: unknown[]): void {
    if (toMs.length > 0) reopenSoFar(this.#db, accountId, Math.min(...(toMs as number[])));
  }

  /** What is first heard of somebody who was not watched, as after a pause, says what they are, not what they became. */
  #hear(contactId: number, fact: Fact & { kind: "watch-open" | "change" | "said-again" }): void {
    const isWatched = fact.kind !== "watch-open" && this.#watched.has(contactId);
    if (isWatched && fact.kind === "said-again") return;
    if (!isWatched) this.#openWatch(contactId, fact.atMs);
    this.#appendEvent(fact.accountId, contactId, fact.atMs, fact, isWatched ? CHANGE : BASELINE);
  }

  #openWatch(contactId: number | undefined, fromMs: number): void {
    if (contactId === undefined) return;
    this.#sql.openWatch.run(contactId, fromMs);
    this.#watched.add(contactId);
  }

  #appendEvent(accountId: number, contactId: number, atMs: number, { status, raw }: Presence, origin: number): void {
    const coverage = this.#openCoverageOf(accountId);
    this.#sql.insertEvent.run(contactId, coverage.id, atMs, STATUS_CODES[status], raw, origin);
    this.#prove(coverage, atMs);
  }

  #prove(coverage: OpenCoverage, atMs: number): void {
    coverage.provedMs = Math.max(coverage.provedMs, atMs);
  }

  /** Writes how far the coverages are proved: once for a batch, and before whatever asks the table for it. */
  #advance(): void {
    for (const coverage of this.#open.values()) {
      if (coverage.provedMs === NOT_FURTHER) continue;
      this.#sql.advanceCoverage.run(coverage.provedMs, coverage.id);
      coverage.provedMs = NOT_FURTHER;
    }
  }

  #appendProfile(contactId: number, atMs: number, field: string, value: string): void {
    const { changes } = this.#sql.insertProfileIfNew.run({ contactId, atMs, field, value });
    if (changes > 0 && field === "name") this.#sql.renameContact.run(value, contactId);
  }

  #putContact(accountId: number, contact: Contact, atMs: number): void {
    const { address, displayAddress, name, groups } = contact;
    this.#contactIds.get(accountId)?.delete(address);
    if (this.#leftOut.isBarred(accountId, address)) return this.#leftOut.keepOut(accountId, contact);
    const known = this.#sql.contactId.get(accountId, address) as number | undefined;
    // On the roster as before; what it calls itself now is not recorded in a pause.
    if (known !== undefined && this.#leftOut.isPaused(known)) return void this.#sql.bringBackContact.run(known);
    this.#sql.putContact.run({ accountId, address, displayAddress, name, groups: JSON.stringify(groups), atMs });
  }

  /** What was shown in a pause is so still when it is over; servers do not say it again. */
  #show({ accountId, address, atMs, field, value }: Fact & { kind: "profile" }): void {
    const contactId = this.#contactId(accountId, address, atMs);
    if (contactId === undefined || this.#leftOut.wasExcluded(address, atMs)) return;
    if (this.#leftOut.isPaused(contactId, atMs)) return this.#leftOut.keepShown(contactId, field, value);
    this.#appendShown(contactId, atMs);
    this.#appendProfile(contactId, atMs, field, value);
  }

  #appendShown(contactId: number, atMs: number): void {
    for (const [field, value] of this.#leftOut.letShow(contactId)) this.#appendProfile(contactId, atMs, field, value);
  }

  /** The contact's row id; undefined when nothing of it may be recorded. */
  #recordable(accountId: number, address: string, atMs: number): number | undefined {
    const contactId = this.#contactId(accountId, address, atMs);
    if (contactId === undefined || this.#leftOut.isPaused(contactId, atMs)) return undefined;
    if (this.#leftOut.wasExcluded(address, atMs)) return undefined;
    this.#appendShown(contactId, atMs);
    return contactId;
  }

  /** Undefined when nothing of it may be stored. */
  #contactId(accountId: number, address: string, atMs: number): number | undefined {
    const ids = this.#contactIds.get(accountId) ?? new Map<string, number | null>();
    this.#contactIds.set(accountId, ids);
    const known = ids.get(address);
    if (known !== undefined) return known ?? undefined;
    const found = this.#leftOut.isBarred(accountId, address) ? null : this.#findContact(accountId, address, atMs);
    ids.set(address, found);
    return found ?? undefined;
  }

  #findContact(accountId: number, address: string, atMs: number): number {
    // Left out until now, and on the roster all along.
    const contact = this.#leftOut.letGo(accountId, address);
    if (contact) this.#putContact(accountId, contact, atMs);
    const found = this.#sql.contactId.get(accountId, address) as number | undefined;
    if (found === undefined) throw new Error(`a fact about ${address}, who is on no roster of account ${accountId}`);
    return found;
  }

  #readWatches(): void {
    this.#watched = new Set(this.#sql.watched.all() as number[]);
  }

  #openCoverageOf(accountId: number): OpenCoverage {
    const known = this.#open.get(accountId);
    if (known) return known;
    const id = this.#sql.openCoverageId.get(accountId, this.#sourceId) as number | undefined;
    if (id === undefined) throw new Error(`a fact that needs coverage, but account ${accountId} has none open`);
    const coverage = { id, provedMs: NOT_FURTHER };
    this.#open.set(accountId, coverage);
    return coverage;
  }
}

const NOT_FURTHER = Number.NEGATIVE_INFINITY;

interface OpenCoverage {
  id: number;
  /** NOT_FURTHER: no further than the table says. */
  provedMs: number;
}

/** When this Rollcall's own last coverage of an account ended; what others covered is no news of its roster. */
const LAST_COVERED = `
  SELECT to_ms FROM coverage WHERE account_id = @accountId AND source_id = ${OWN_SOURCE} ORDER BY to_ms DESC LIMIT 1`;

type Statements = ReturnType<typeof prepare>;

function prepare(db: Handle) {
  return {
    setAccountState: db.prepare(
      "UPDATE account SET state = ?, state_detail = ?, state_since_ms = ?, state_until_ms = ? WHERE id = ?",
    ),
    heartbeat: db.prepare("UPDATE run SET heartbeat_ms = max(heartbeat_ms, ?) WHERE id = ?"),
    contactId: db.prepare("SELECT id FROM contact WHERE account_id = ? AND address = ?").pluck(),
    putContact: db.prepare(`
      INSERT INTO contact (account_id, address, display_address, name, groups, first_seen_ms)
      VALUES (@accountId, @address, @displayAddress, @name, @groups, @atMs)
      ON CONFLICT (account_id, address) DO UPDATE
      SET display_address = excluded.display_address, groups = excluded.groups, removed_ms = NULL,
          name = CASE
            WHEN EXISTS (SELECT 1 FROM profile WHERE contact_id = contact.id AND field = 'name') THEN contact.name
            ELSE excluded.name
          END`),
    bringBackContact: db.prepare("UPDATE contact SET removed_ms = NULL WHERE id = ? AND removed_ms IS NOT NULL"),
    watched: db.prepare("SELECT contact_id FROM watch WHERE to_ms IS NULL").pluck(),
    renameContact: db.prepare("UPDATE contact SET name = ? WHERE id = ?"),
    removeContact: db.prepare("UPDATE contact SET removed_ms = ? WHERE id = ?"),
    removeContactsBut: db.prepare(`
      UPDATE contact SET removed_ms = ? WHERE account_id = ? AND removed_ms IS NULL
      AND address NOT IN (SELECT value FROM json_each(?))`),
    openCoverageId: db
      .prepare("SELECT id FROM coverage WHERE account_id = ? AND source_id = ? AND end_reason IS NULL")
      .pluck(),
    openCoverage: db.prepare(
      "INSERT INTO coverage (account_id, source_id, run_id, from_ms, to_ms) VALUES (?, ?, ?, ?, ?)",
    ),
    advanceCoverage: db.prepare("UPDATE coverage SET to_ms = max(to_ms, ?) WHERE id = ?"),
    closeCoverage: db.prepare("UPDATE coverage SET to_ms = max(to_ms, ?), end_reason = ? WHERE id = ?"),
    openWatch: db.prepare("INSERT INTO watch (contact_id, from_ms) VALUES (?, ?) ON CONFLICT DO NOTHING"),
    // Removed while nothing was claimed, perhaps under a clock that was wrong: last known on the roster when the last
    // coverage ended. Otherwise a watch could reach beyond the beginning of the next one.
    closeWatch: db
      .prepare(`
      UPDATE watch SET
        to_ms = max(from_ms, min(@toMs, coalesce((${LAST_COVERED}), @toMs))),
        end_reason = 'removed'
      WHERE contact_id = @contactId AND to_ms IS NULL RETURNING to_ms`)
      .pluck(),
    closeWatchesBut: db
      .prepare(`
      UPDATE watch SET
        to_ms = max(from_ms, coalesce((${LAST_COVERED}), @fromMs)),
        end_reason = 'removed'
      WHERE to_ms IS NULL AND contact_id IN (
        SELECT id FROM contact WHERE account_id = @accountId AND address NOT IN (SELECT value FROM json_each(@watched)))
      RETURNING to_ms`)
      .pluck(),
    insertEvent: db.prepare(
      "INSERT INTO event (contact_id, coverage_id, at_ms, status, raw, origin) VALUES (?, ?, ?, ?, ?, ?)",
    ),
    putMassChange: db.prepare(`
      INSERT INTO mass_change (account_id, from_ms, to_ms, way, contacts, of_contacts)
      VALUES (@accountId, @fromMs, @toMs, @way, @contacts, @ofContacts)
      ON CONFLICT DO UPDATE
      SET to_ms = excluded.to_ms, contacts = excluded.contacts, of_contacts = excluded.of_contacts`),
    insertProfile: db.prepare(
      "INSERT INTO profile (contact_id, at_ms, field, value) VALUES (@contactId, @atMs, @field, @value)",
    ),
    insertProfileIfNew: db.prepare(`
      INSERT INTO profile (contact_id, at_ms, field, value)
      SELECT @contactId, @atMs, @field, @value
      WHERE @value <> coalesce(
        (SELECT value FROM profile WHERE contact_id = @contactId AND field = @field AND source_id IS NULL
         ORDER BY seq DESC LIMIT 1), '')`),
    lastSeq: db.prepare("SELECT coalesce(max(seq), 0) FROM event").pluck(),
  };
}
