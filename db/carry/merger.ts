import type { Handle } from "../open.ts";
import { LeftOut } from "../record/left-out.ts";
import { OWN_SOURCE, ownSource } from "../record/source.ts";
import { DAY_MS } from "../rollup/timeline.ts";
import { type EventFact, EventMerger, type MergedCoverage } from "./event-merger.ts";
import { Occurrences } from "./occurrences.ts";
import { Rows } from "./rows.ts";
import type { BundleRow, SectionName } from "./sections.ts";
import { WishMerger, type WishSection } from "./wish-merger.ts";
import { type Piece, withoutDays } from "./without-days.ts";

export interface Counts extends Record<string, number> {
  /** What was new here. */
  accounts: number;
  contacts: number;
  coverages: number;
  events: number;
  profiles: number;
  sealedDays: number;
  /** Contacts who were left out because they were forgotten here, or are excluded. */
  leftOut: number;
  /** Sealed days of theirs that were not taken, because there are facts here. */
  refusedDays: number;
}

/** A coverage as the bundle tells of it, and as it stands here. */
interface Coverage extends MergedCoverage {
  accountId: number;
  fromMs: number;
  toMs: number;
  endReason: string;
}

/** What is told as going on in a bundle: a later one may know more. */
const CARRIED = "carried";

/** Takes rows one by one, section after section. Its caller commits. */
export class Merger {
  readonly counts: Counts = {
    accounts: 0,
    contacts: 0,
    coverages: 0,
    events: 0,
    profiles: 0,
    sealedDays: 0,
    leftOut: 0,
    refusedDays: 0,
  };
  readonly #db: Handle;
  readonly #rows: Rows;
  readonly #events: EventMerger;
  readonly #wishes: WishMerger;
  readonly #leftOut: LeftOut;
  #ownSourceId: number | undefined;
  // By the numbers that the bundle gives them.
  readonly #sources: number[] = [];
  readonly #accounts: number[] = [];
  readonly #runs: number[] = [];
  readonly #contacts: ({ id: number; accountId: number } | undefined)[] = [];
  readonly #coverages: Coverage[] = [];
  readonly #occurrences = new Occurrences();
  readonly #refusedDays = new Map<number, Set<number>>();
  #claimed = 0;
  /** The accounts whose past this step has changed, and from when on. */
  #touched = new Map<number, number>();

  constructor(db: Handle) {
    this.#db = db;
    this.#rows = new Rows(db);
    this.#events = new EventMerger(this.#rows);
    this.#wishes = new WishMerger(this.#rows);
    this.#leftOut = new LeftOut(db);
  }

  take(section: SectionName, row: BundleRow): void {
    switch (section) {
      case "source":
        return this.#takeSource(row as [string, string]);
      case "account":
        return this.#takeAccount(row);
      case "contact":
        return this.#takeContact(row);
      case "run":
        return this.#takeRun(row);
      case "coverage":
        return this.#takeCoverage(row as [number, number, number, number, number, string]);
      case "day":
        return this.#takeDay(row as [number, number, string]);
      case "event":
        return this.#takeEvent(row as unknown as [number, number, ...EventFact]);
      case "profile":
        return this.#takeProfile(row as [number, number, number, string, string]);
      case "watch":
        return this.#takeWatch(row as [number, number, number, number, string | null]);
      case "pause":
      case "note":
      case "tag":
      case "retention":
        return this.#takeWish(section, row);
      case "person":
        return this.#wishes.takePerson(row as [string, number]);
      case "link":
        return this.#takeLink(row as [number, number, number, number | null]);
      default:
        section satisfies never;
    }
  }

  /** At the end of the rows: lets the next coverage claim what it should. Returns whether there is another. */
  claimNext(): boolean {
    const coverage = this.#coverages[this.#claimed++];
    if (!coverage) return false;
    const { id, accountId, toMs, endReason } = coverage;
    const found = this.#rows.get<{ toMs: number; endReason: string | null }>(
      "SELECT to_ms AS toMs, end_reason AS endReason FROM coverage WHERE id = ?",
      id,
    );
    // Open: our own collector is writing it.
    if (!found || found.endReason === null) return true;
    const isLonger = toMs > found.toMs;
    const isSurer = toMs === found.toMs && found.endReason === CARRIED && endReason !== CARRIED;
    if (!isLonger && !isSurer) return true;
    this.#rows.run("UPDATE coverage SET to_ms = ?, end_reason = ? WHERE id = ?", toMs, endReason, id);
    if (isLonger) this.#touch(accountId, found.toMs);
    return true;
  }

  /** To be reopened in the same transaction. */
  takeTouched(): Map<number, number> {
    const touched = this.#touched;
    this.#touched = new Map();
    return touched;
  }

  #takeSource([uuid, name]: [string, string]): void {
    // Ours first, so that it answers before theirs.
    this.#ownSourceId = ownSource(this.#db);
    const found = this.#rows.number("SELECT id FROM source WHERE uuid = ?", uuid);
    this.#sources.push(found ?? this.#rows.insert("INSERT INTO source (uuid, name) VALUES (?, ?)", uuid, name));
  }

  #takeAccount(row: BundleRow): void {
    const [network, address] = row;
    const found = this.#rows.number("SELECT id FROM account WHERE network = ? AND address = ?", network, address);
    if (found === undefined) this.counts.accounts++;
    this.#accounts.push(
      found ??
        this.#rows.insert(
          `INSERT INTO account (network, address, display_address, host, port, options, added_ms) VALUES (?, ?, ?, ?, ?, ?, ?)`,
          ...row,
        ),
    );
  }

  #takeContact(row: BundleRow): void {
    const [account, address, displayAddress, name, groups, firstSeenMs, removedMs] = row;
    const accountId = this.#accounts[account as number] as number;
    if (this.#leftOut.isBarred(accountId, address as string)) {
      this.counts.leftOut++;
      this.#contacts.push(undefined);
      return;
    }
    const found = this.#rows.number("SELECT id FROM contact WHERE account_id = ? AND address = ?", accountId, address);
    if (found === undefined) {
      this.counts.contacts++;
      const id = this.#rows.insert(
        `INSERT INTO contact (account_id, address, display_address, name, groups, first_seen_ms, removed_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        accountId,
        address,
        displayAddress,
        name,
        groups,
        firstSeenMs,
        removedMs,
      );
      this.#contacts.push({ id, accountId });
      return;
    }
    this.#rows.run(
      "UPDATE contact SET first_seen_ms = @firstSeenMs WHERE id = @found AND first_seen_ms > @firstSeenMs",
      {
        firstSeenMs,
        found,
      },
    );
    this.#contacts.push({ id: found, accountId });
  }

  #takeRun([source, pid, version, startedMs, heartbeatMs, endedMs, endReason]: BundleRow): void {
    const sourceId = this.#sources[source as number];
    const nth = this.#occurrences.next(`run ${sourceId} ${startedMs} ${pid}`);
    const found = this.#rows.number(
      "SELECT id FROM run WHERE source_id = ? AND started_ms = ? AND pid = ? ORDER BY id LIMIT 1 OFFSET ?",
      sourceId,
      startedMs,
      pid,
      nth,
    );
    if (found !== undefined) {
      this.#rows.run(
        `UPDATE run SET heartbeat_ms = @heartbeatMs, ended_ms = @endedMs, end_reason = @endReason
         WHERE id = @found AND end_reason = '${CARRIED}'
           AND (ended_ms < @endedMs OR ended_ms = @endedMs AND @endReason <> '${CARRIED}')`,
        { found, heartbeatMs, endedMs, endReason },
      );
    }
    this.#runs.push(
      found ??
        this.#rows.insert(
          `INSERT INTO run (source_id, pid, version, started_ms, heartbeat_ms, ended_ms, end_reason)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
          sourceId,
          pid,
          version,
          startedMs,
          heartbeatMs,
          endedMs,
          endReason,
        ),
    );
  }

  #takeCoverage([account, source, run, fromMs, toMs, endReason]: [
    number,
    number,
    number,
    number,
    number,
    string,
  ]): void {
    const [accountId, sourceId] = [this.#accounts[account] as number, this.#sources[source] as number];
    const nth = this.#occurrences.next(`coverage ${accountId} ${sourceId} ${fromMs}`);
    const found = this.#rows.get<{ id: number; toMs: number; isOpen: 0 | 1 }>(
      `SELECT id, to_ms AS toMs, end_reason IS NULL AS isOpen FROM coverage
       WHERE account_id = ? AND source_id = ? AND from_ms = ? ORDER BY id LIMIT 1 OFFSET ?`,
      accountId,
      sourceId,
      fromMs,
      nth,
    );
    if (found === undefined) this.counts.coverages++;
    const id =
      found?.id ??
      this.#rows.insert(
        `INSERT INTO coverage (account_id, source_id, run_id, from_ms, to_ms, end_reason)
         VALUES (?, ?, ?, ?, ?, '${CARRIED}')`,
        accountId,
        sourceId,
        this.#runs[run],
        fromMs,
        fromMs,
      );
    const reachesMs = found?.isOpen ? Number.POSITIVE_INFINITY : Math.max(toMs, found?.toMs ?? toMs);
    this.#coverages.push({
      id,
      accountId,
      sourceId,
      fromMs,
      toMs,
      endReason,
      reachesMs,
      isNew: found === undefined,
      isWhole: found !== undefined && (found.isOpen === 1 || found.toMs >= toMs),
    });
  }

  /** A sealed day of theirs is a fact where we know nothing ourselves. */
  #takeDay([contact, day, timeline]: [number, number, string]): void {
    const whose = this.#contacts[contact];
    if (!whose) return;
    const { id, accountId } = whose;
    if (this.#rows.number("SELECT 1 FROM contact_day WHERE contact_id = ? AND day = ? AND sealed = 1", id, day)) return;
    if (this.#hasFacts(id, accountId, day)) {
      const refused = this.#refusedDays.get(id) ?? new Set<number>();
      this.#refusedDays.set(id, refused.add(day));
      this.counts.refusedDays++;
      return;
    }
    this.#rows.run(
      "INSERT OR REPLACE INTO contact_day (contact_id, day, timeline, sealed) VALUES (?, ?, ?, 1)",
      id,
      day,
      Buffer.from(timeline, "base64"),
    );
    this.counts.sealedDays++;
    this.#touch(accountId, day * DAY_MS);
  }

  #hasFacts(contactId: number, accountId: number, day: number): boolean {
    const found = this.#rows.number(
      `SELECT 1 FROM coverage v JOIN watch w
         ON w.contact_id = @contactId AND coalesce(w.source_id, ${OWN_SOURCE}) = v.source_id
       WHERE v.account_id = @accountId AND v.to_ms > @fromMs AND v.from_ms < @toMs
         AND max(v.from_ms, w.from_ms, @fromMs) < min(v.to_ms, coalesce(w.to_ms, v.to_ms), @toMs) LIMIT 1`,
      { contactId, accountId, fromMs: day * DAY_MS, toMs: (day + 1) * DAY_MS },
    );
    return found !== undefined;
  }

  #takeProfile([contact, source, atMs, field, value]: [number, number, number, string, string]): void {
    const whose = this.#contacts[contact];
    if (!whose) return;
    const sourceId = this.#asStored(source);
    const nth = this.#occurrences.next(`profile ${whose.id} ${sourceId} ${atMs} ${field} ${value}`);
    const have = this.#rows.number(
      `SELECT count(*) FROM profile WHERE contact_id = ? AND field = ? AND at_ms = ? AND value = ? AND source_id IS ?`,
      whose.id,
      field,
      atMs,
      value,
      sourceId,
    );
    if (nth < (have ?? 0)) return;
    this.#rows.run(
      "INSERT INTO profile (contact_id, at_ms, field, value, source_id) VALUES (?, ?, ?, ?, ?)",
      whose.id,
      atMs,
      field,
      value,
      sourceId,
    );
    this.counts.profiles++;
  }

  /** Theirs, but for the days that they have sealed and we did not take: of those they have no events to tell. */
  #takeWatch([contact, source, fromMs, toMs, endReason]: [number, number, number, number, string | null]): void {
    const whose = this.#contacts[contact];
    if (!whose) return;
    const sourceId = this.#asStored(source);
    const base = this.#watchFrom(whose.id, sourceId, fromMs);
    // What we have is only ever made longer, and only where it was going on.
    if (base && (base.toMs === null || base.endReason !== CARRIED || base.toMs > toMs)) return;
    const range = { fromMs: base?.toMs ?? fromMs, toMs };
    const refused = this.#refusedDays.get(whose.id);
    const pieces = refused ? withoutDays(range, refused, (atMs) => this.#nextWord(whose, source, atMs)) : [range];
    for (const piece of pieces) {
      const isLast = piece.toMs === toMs;
      const reason = isLast ? endReason : CARRIED;
      const known = piece.fromMs === base?.toMs ? base : this.#watchFrom(whose.id, sourceId, piece.fromMs);
      this.#putWatch(whose, sourceId, piece, reason, known);
    }
  }

  #putWatch(
    { id, accountId }: { id: number; accountId: number },
    sourceId: number | null,
    { fromMs, toMs }: Piece,
    reason: string | null,
    known: { id: number; toMs: number | null; endReason: string | null } | undefined,
  ): void {
    if (!known) {
      this.#rows.run(
        "INSERT INTO watch (contact_id, from_ms, to_ms, end_reason, source_id) VALUES (?, ?, ?, ?, ?)",
        id,
        fromMs,
        toMs,
        reason,
        sourceId,
      );
    } else {
      if (known.toMs === null || known.endReason !== CARRIED || known.toMs > toMs) return;
      if (known.toMs === toMs && reason === CARRIED) return;
      this.#rows.run("UPDATE watch SET to_ms = ?, end_reason = ? WHERE id = ?", toMs, reason, known.id);
    }
    this.#touch(accountId, known?.toMs ?? fromMs);
  }

  #watchFrom(contactId: number, sourceId: number | null, fromMs: number) {
    return this.#rows.get<{ id: number; toMs: number | null; endReason: string | null }>(
      `SELECT id, to_ms AS toMs, end_reason AS endReason FROM watch
       WHERE contact_id = ? AND from_ms = ? AND source_id IS ? ORDER BY id LIMIT 1`,
      contactId,
      fromMs,
      sourceId,
    );
  }

  /**
   * The first instant from `atMs` on at which a source tells what a contact is: its next event there, or the beginning of
   * its next coverage. Silence until then is no sign of being offline.
   */
  #nextWord(whose: { id: number; accountId: number }, source: number, atMs: number): number {
    const sourceId = this.#sources[source] as number;
    const eventMs = this.#rows.number(
      `SELECT e.at_ms FROM event e JOIN coverage v ON v.id = e.coverage_id
       WHERE e.contact_id = ? AND e.at_ms >= ? AND v.source_id = ? ORDER BY e.at_ms LIMIT 1`,
      whose.id,
      atMs,
      sourceId,
    );
    const coverageMs = this.#coverages
      .filter((coverage) => coverage.accountId === whose.accountId && coverage.sourceId === sourceId)
      .reduce((first, { fromMs }) => (fromMs >= atMs ? Math.min(first, fromMs) : first), Number.POSITIVE_INFINITY);
    return Math.min(eventMs ?? Number.POSITIVE_INFINITY, coverageMs);
  }

  #takeEvent([contact, cover, ...event]: [number, number, ...EventFact]): void {
    const whose = this.#contacts[contact];
    const coverage = this.#coverages[cover];
    if (whose && coverage) this.counts.events += this.#events.take(whose.id, coverage, event);
  }

  #takeWish(section: WishSection, [contact, ...rest]: BundleRow): void {
    const whose = this.#contacts[contact as number];
    if (whose) this.#wishes.take(section, whose.id, rest);
  }

  #takeLink([person, contact, linkedMs, unlinkedMs]: [number, number, number, number | null]): void {
    const whose = this.#contacts[contact];
    if (whose) this.#wishes.takeLink(whose.id, person, linkedMs, unlinkedMs);
  }

  /** Our own source is not written out. */
  #asStored(source: number): number | null {
    const sourceId = this.#sources[source] as number;
    return sourceId === this.#ownSourceId ? null : sourceId;
  }

  #touch(accountId: number, fromMs: number): void {
    this.#touched.set(accountId, Math.min(fromMs, this.#touched.get(accountId) ?? fromMs));
  }
}
