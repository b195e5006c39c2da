/**
 * Who may open the dashboard: one-time keys, the password, and the sessions they turn into, in `access.db` beside the
 * history, so that they never travel with a backup or an export. Only hashes are stored.
 */
import { AccessFile } from "./access-file.ts";
import {
  asksForCodes,
  beginCodes,
  confirmCodes,
  type PendingCodes,
  pendingCodes,
  removeCodes,
  takeCode,
} from "./codes.ts";
import { admitGuest, endGuest, findGuest, type Guest, inviteGuest, listGuests, type NewGuest } from "./guests.ts";
import { hashPassword, isPassword } from "./password.ts";
import { endAllSessions, endSession, findSession, listSessions, type Session, startSession } from "./sessions.ts";
import { hashOf, newToken } from "./token-text.ts";
import { type ApiToken, addToken, findToken, listTokens, revokeToken, type Scope } from "./tokens.ts";

/** Every method throws AccessRefused when the file cannot be used. */
export class Access {
  readonly #file: AccessFile;

  /** Opens or creates `access.db` in the data folder, which must exist. */
  constructor(folder: string) {
    this.#file = new AccessFile(folder);
  }

  /** A new key that opens one session. Keys made earlier and not used stop working: only the latest address is valid. */
  makeKey(nowMs: number): string {
    const key = newToken();
    this.#file.change((db) => {
      db.prepare("DELETE FROM one_time_key").run();
      db.prepare("INSERT INTO one_time_key (hash, made_ms) VALUES (?, ?)").run(hashOf(key), nowMs);
    });
    return key;
  }

  /** Uses up a key and returns the token of a new session; undefined when the key is wrong or used. */
  redeemKey(key: string, nowMs: number, browser = ""): string | undefined {
    return this.#file.change((db) => {
      if (db.prepare("DELETE FROM one_time_key WHERE hash = ?").run(hashOf(key)).changes === 0) return undefined;
      return startSession(db, browser, nowMs);
    });
  }

  hasPassword(): boolean {
    return this.#phc() !== undefined;
  }

  /**
   * Sets the password or changes it. Every session ends but `ownId`; so does a key that lies about in some log. Throws
   * PasswordRefused and TooBusy.
   */
  async setPassword(text: string, nowMs: number, ownId?: string): Promise<void> {
    const phc = await hashPassword(text);
    this.#file.change((db) => {
      db.prepare("INSERT OR REPLACE INTO password (only, phc, set_ms) VALUES (1, ?, ?)").run(phc, nowMs);
      db.prepare("DELETE FROM one_time_key").run();
      endAllSessions(db, ownId);
    });
  }

  /** Whether there was one. Sessions go on; codes are asked for no more, as there is nothing to sign in with. */
  removePassword(): boolean {
    return this.#file.change((db) => {
      removeCodes(db);
      return db.prepare("DELETE FROM password").run().changes > 0;
    });
  }

  /** Makes a secret for an app to take over, unless codes are asked for already. */
  beginCodes(): void {
    this.#file.change(beginCodes);
  }

  /** The secret that waits for its first code. */
  pendingCodes(): PendingCodes | undefined {
    return this.#file.read(pendingCodes);
  }

  /** With a code of the pending secret: from now on sign-in asks for them. Whether it was one. */
  confirmCodes(code: string, nowMs: number): boolean {
    return this.#file.change((db) => confirmCodes(db, code, nowMs));
  }

  asksForCodes(): boolean {
    return this.#file.read(asksForCodes);
  }

  /** Whether it is a code of now that was not used before; it is used up by that. */
  takeCode(code: string, nowMs: number): boolean {
    return this.#file.change((db) => takeCode(db, code, nowMs));
  }

  /** Whether there were any. */
  removeCodes(): boolean {
    return this.#file.change(removeCodes);
  }

  /** False, too, when none is set. Throws TooBusy. */
  async isPassword(text: string): Promise<boolean> {
    const phc = this.#phc();
    return phc !== undefined && (await isPassword(text, phc));
  }

  /** For whoever has proved who they are: the token of a new session. */
  startSession(nowMs: number, browser = ""): string {
    return this.#file.change((db) => startSession(db, browser, nowMs));
  }

  /** The session that the token opens. Notes at most once an hour that it was used. */
  findSession(token: string, nowMs: number): Session | undefined {
    return this.#file.read((db) => findSession(db, token, nowMs));
  }

  /** The last seen first. */
  listSessions(nowMs: number): Session[] {
    return this.#file.read((db) => listSessions(db, nowMs));
  }

  /** Whether there was one. */
  endSession(id: string): boolean {
    return this.#file.change((db) => endSession(db, id));
  }

  /** All but one's own. */
  endOtherSessions(ownId: string): void {
    this.#file.change((db) => endAllSessions(db, ownId));
  }

  /** The token itself, which nobody can ask for again. Throws TokenRefused. */
  addToken(name: string, scope: Scope, nowMs: number): string {
    return this.#file.change((db) => addToken(db, name, scope, nowMs));
  }

  /** Undefined when it is none, or was revoked. Notes at most once a minute that it was used. */
  findToken(token: string, nowMs: number): ApiToken | undefined {
    return this.#file.read((db) => findToken(db, token, nowMs));
  }

  /** The oldest first. */
  listTokens(): ApiToken[] {
    return this.#file.read(listTokens);
  }

  /** Whether there was one. */
  revokeToken(name: string): boolean {
    return this.#file.change((db) => revokeToken(db, name));
  }

  /** The secret of a guest's link, which nobody can ask for again. Throws GuestRefused. */
  inviteGuest(guest: NewGuest, nowMs: number): string {
    return this.#file.change((db) => inviteGuest(db, guest, nowMs));
  }

  /** The token of a guest's session, for whoever has the link; undefined when it opens nothing (any more). */
  admitGuest(secret: string, nowMs: number): string | undefined {
    return this.#file.change((db) => admitGuest(db, secret, nowMs));
  }

  /** Whose session it is. Notes at most once an hour that they were there. */
  findGuest(token: string, nowMs: number): Guest | undefined {
    return this.#file.read((db) => findGuest(db, token, nowMs));
  }

  /** Those whose time is not over, the last invited first. */
  listGuests(nowMs: number): Guest[] {
    return this.#file.read((db) => listGuests(db, nowMs));
  }

  /** Link, sessions and all. Whether there was one. */
  endGuest(id: number): boolean {
    return this.#file.change((db) => endGuest(db, id));
  }

  close(): void {
    this.#file.close();
  }

  #phc(): string | undefined {
    return this.#file.read((db) => db.prepare("SELECT phc FROM password").pluck().get()) as string | undefined;
  }
}
