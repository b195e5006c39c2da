/**
 * Whom nothing is written about: people excluded by a pattern or forgotten, of whom not even a name is stored, and
 * people who are paused. The writer asks here before it writes; what a user changes is read again by `reload`.
 */
import { excludedPatterns, liftedPatterns, matcherOf } from "../keep/patterns.ts";
import { Forgotten, readTombstones } from "../keep/tombstones.ts";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import type { Contact, ProfileField } from "./facts.ts";

type Matcher = (address: string) => boolean;

export class LeftOut {
  readonly #db: Handle;
  #isExcluded: Matcher = () => false;
  /** What was taken back lately, and until when it held. */
  #lifted: { isLike: Matcher; untilMs: number }[] = [];
  #forgotten = new Forgotten();
  readonly #accounts = new Map<number, { network: string; account: string }>();
  #paused = new Set<number>();
  /** When the last pause of a contact ended. */
  #resumedMs = new Map<number, number>();
  /** What those who are paused show of themselves, by field: kept in memory alone, for when the pause is over. */
  readonly #shown = new Map<number, Map<ProfileField, string>>();
  /** Who is on an account's roster all the same, by address: kept in memory alone, for when the pattern goes. */
  readonly #waiting = new Map<number, Map<string, Contact>>();

  constructor(db: Handle) {
    this.#db = db;
    this.reload();
  }

  reload(): void {
    this.#isExcluded = matcherOf(this.#db, excludedPatterns(this.#db));
    this.#lifted = liftedPatterns(this.#db).map(({ pattern, untilMs }) => ({
      isLike: matcherOf(this.#db, [pattern]),
      untilMs,
    }));
    this.#forgotten = new Forgotten(readTombstones(this.#db));
    const pauses = prepared(this.#db, "SELECT contact_id AS contactId, to_ms AS toMs FROM pause ORDER BY id").all() as {
      contactId: number;
      toMs: number | null;
    }[];
    this.#paused = new Set(pauses.flatMap(({ contactId, toMs }) => (toMs === null ? [contactId] : [])));
    this.#resumedMs = new Map(pauses.flatMap(({ contactId, toMs }) => (toMs === null ? [] : [[contactId, toMs]])));
  }

  /** Nothing at all may be stored of this address. */
  isBarred(accountId: number, address: string): boolean {
    return this.#isExcluded(address) || this.#forgotten.has({ ...this.#accountOf(accountId), address });
  }

  /** This address was excluded still at this instant, by a pattern that has been taken back since. */
  wasExcluded(address: string, atMs: number): boolean {
    return this.#lifted.some(({ isLike, untilMs }) => atMs < untilMs && isLike(address));
  }

  /** Nothing may be recorded of what this contact did at this instant. */
  isPaused(contactId: number, atMs = Number.POSITIVE_INFINITY): boolean {
    return this.#paused.has(contactId) || atMs < (this.#resumedMs.get(contactId) ?? Number.NEGATIVE_INFINITY);
  }

  /** A paused contact shows something of itself, which is no fact before the pause is over. */
  keepShown(contactId: number, field: ProfileField, value: string): void {
    const shown = this.#shown.get(contactId) ?? new Map<ProfileField, string>();
    this.#shown.set(contactId, shown.set(field, value));
  }

  /** Hands out what a contact showed last while it was paused. */
  letShow(contactId: number): Iterable<[ProfileField, string]> {
    const shown = this.#shown.get(contactId);
    if (!shown) return [];
    this.#shown.delete(contactId);
    return shown;
  }

  /** A new roster of the account is being read. */
  forgetRoster(accountId: number): void {
    this.#waiting.delete(accountId);
  }

  keepOut(accountId: number, contact: Contact): void {
    const waiting = this.#waiting.get(accountId) ?? new Map<string, Contact>();
    this.#waiting.set(accountId, waiting.set(contact.address, contact));
  }

  /** Hands somebody out who was kept out and is to be recorded now, or has left. */
  letGo(accountId: number, address: string): Contact | undefined {
    const waiting = this.#waiting.get(accountId);
    const contact = waiting?.get(address);
    waiting?.delete(address);
    return contact;
  }

  #accountOf(accountId: number): { network: string; account: string } {
    const known = this.#accounts.get(accountId);
    if (known) return known;
    const found = prepared(this.#db, "SELECT network, address AS account FROM account WHERE id = ?").get(accountId) as {
      network: string;
      account: string;
    };
    this.#accounts.set(accountId, found);
    return found;
  }
}
