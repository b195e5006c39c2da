/**
 * Who may open the dashboard: one-time keys and the sessions they turn into, in `access.db` beside the history, so that
 * they never travel with a backup or an export. Only hashes are stored.
 */
import { createHash, randomBytes } from "node:crypto";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";

/** A browser that has not come back for this long signs in afresh. */
const SESSION_IDLE_MS = 90 * 86_400_000;

export class Access {
  readonly #db: Database.Database;

  /** Opens or creates `access.db` in the data folder, which must exist. */
  constructor(folder: string) {
    const path = join(folder, "access.db");
    this.#db = new Database(path, { timeout: 5000 });
    chmodSync(path, 0o600);
    this.#db.pragma("journal_mode = WAL");
    this.#db.exec(`
      CREATE TABLE IF NOT EXISTS one_time_key (hash BLOB PRIMARY KEY, made_ms INTEGER NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS session (hash BLOB PRIMARY KEY, made_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL) STRICT;
    `);
  }

  /** A new key that opens one session. Keys made earlier and not used stop working: only the latest address is valid. */
  makeKey(nowMs: number): string {
    const key = randomBytes(24).toString("base64url");
    this.#db.transaction(() => {
      this.#db.prepare("DELETE FROM one_time_key").run();
      this.#db.prepare("INSERT INTO one_time_key (hash, made_ms) VALUES (?, ?)").run(hash(key), nowMs);
    })();
    return key;
  }

  /** Uses up a key and returns the token of a new session; undefined when the key is wrong or used. */
  redeemKey(key: string, nowMs: number): string | undefined {
    return this.#db.transaction(() => {
      if (this.#db.prepare("DELETE FROM one_time_key WHERE hash = ?").run(hash(key)).changes === 0) return undefined;
      const token = randomBytes(24).toString("base64url");
      this.#db.prepare("DELETE FROM session WHERE seen_ms < ?").run(nowMs - SESSION_IDLE_MS);
      this.#db.prepare("INSERT INTO session (hash, made_ms, seen_ms) VALUES (?, ?, ?)").run(hash(token), nowMs, nowMs);
      return token;
    })();
  }

  /** Whether the token opens the dashboard. Notes at most once an hour that it was used. */
  isSignedIn(token: string, nowMs: number): boolean {
    const row = this.#db.prepare("SELECT seen_ms AS seenMs FROM session WHERE hash = ?").get(hash(token)) as
      | { seenMs: number }
      | undefined;
    if (!row || row.seenMs < nowMs - SESSION_IDLE_MS) return false;
    if (row.seenMs < nowMs - 3_600_000)
      this.#db.prepare("UPDATE session SET seen_ms = ? WHERE hash = ?").run(nowMs, hash(token));
    return true;
  }

  close(): void {
    this.#db.close();
  }
}

function hash(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
