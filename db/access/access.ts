/**
 * Who may open the dashboard: the password, one-time keys and the sessions that both turn into, in `access.db` beside the
 * history, so that they never travel with a backup or an export. Only hashes are stored.
 */
import { createHash, randomBytes } from "node:crypto";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";

/** A browser that has not come back for this long signs in afresh. */
const SESSION_IDLE_MS = 90 * 86_400_000;

/** `access.db` cannot be used; the message is for the person who started the dashboard. */
export class AccessRefused extends Error {
  override readonly name = "AccessRefused";
  readonly code: "not-ours" | "unwritable" | "disk-full" | "busy" | "unusable";
  constructor(code: AccessRefused["code"], message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** A browser that is signed in. */
export interface Session {
  /** No secret: it opens nothing. */
  id: string;
  madeMs: number;
  /** When it was used last, give or take an hour. */
  seenMs: number;
}

/** Every method throws AccessRefused when the file cannot be used. */
export class Access {
  readonly #path: string;
  readonly #db: Database.Database;

  /** Opens or creates `access.db` in the data folder, which must exist. */
  constructor(folder: string) {
    this.#path = join(folder, "access.db");
    this.#db = this.#orRefuse(() => open(this.#path));
  }

  /** A new key that opens one session. Keys made earlier and not used stop working: only the latest address is valid. */
  makeKey(nowMs: number): string {
    const key = randomBytes(24).toString("base64url");
    this.#inTransaction(() => {
      this.#db.prepare("DELETE FROM one_time_key").run();
      this.#db.prepare("INSERT INTO one_time_key (hash, made_ms) VALUES (?, ?)").run(hash(key), nowMs);
    });
    return key;
  }

  /** The password as `hashPassword` made it; undefined while none is set. */
  get password(): string | undefined {
    return this.#orRefuse(() => this.#db.prepare("SELECT hash FROM password").pluck().get() as string | undefined);
  }

  /**
   * Sets, changes or, with undefined, takes away the password. Whoever is signed in has to sign in afresh, but for the
   * session `but`; keys that were printed stop working.
   */
  putPassword(hash: string | undefined, nowMs: number, but?: string): void {
    this.#inTransaction(() => {
      this.#db.prepare("DELETE FROM password").run();
      if (hash !== undefined) this.#db.prepare("INSERT INTO password (hash, set_ms) VALUES (?, ?)").run(hash, nowMs);
      this.#db.prepare("DELETE FROM one_time_key").run();
      this.endSessions(but);
    });
  }

  /** Uses up a key and returns the token of a new session; undefined when the key is wrong or used. */
  redeemKey(key: string, nowMs: number): string | undefined {
    return this.#inTransaction(() => {
      if (this.#db.prepare("DELETE FROM one_time_key WHERE hash = ?").run(hash(key)).changes === 0) return undefined;
      return this.openSession(nowMs);
    });
  }

  /** A new session for whoever has shown that they may; its token is for the browser alone. */
  openSession(nowMs: number): string {
    const token = randomBytes(24).toString("base64url");
    this.#inTransaction(() => {
      this.#db.prepare("DELETE FROM session WHERE seen_ms < ?").run(nowMs - SESSION_IDLE_MS);
      this.#db.prepare("INSERT INTO session (hash, made_ms, seen_ms) VALUES (?, ?, ?)").run(hash(token), nowMs, nowMs);
    });
    return token;
  }

  /** The id of the session that the token opens; undefined for none. Notes at most once an hour that it was used. */
  sessionOf(token: string, nowMs: number): string | undefined {
    return this.#orRefuse(() => {
      const row = this.#db.prepare("SELECT seen_ms AS seenMs FROM session WHERE hash = ?").get(hash(token)) as
        | { seenMs: number }
        | undefined;
      if (!row || row.seenMs < nowMs - SESSION_IDLE_MS) return undefined;
      if (row.seenMs < nowMs - 3_600_000)
        this.#db.prepare("UPDATE session SET seen_ms = ? WHERE hash = ?").run(nowMs, hash(token));
      return hash(token).toString("hex");
    });
  }

  /** Those that are open, the one that was used last first. */
  sessions(nowMs: number): Session[] {
    const sql = `SELECT lower(hex(hash)) AS id, made_ms AS madeMs, seen_ms AS seenMs FROM session
      WHERE seen_ms >= ? ORDER BY seen_ms DESC, made_ms DESC`;
    return this.#orRefuse(() => this.#db.prepare(sql).all(nowMs - SESSION_IDLE_MS) as Session[]);
  }

  endSession(id: string): void {
    this.#orRefuse(() => this.#db.prepare("DELETE FROM session WHERE hash = ?").run(Buffer.from(id, "hex")));
  }

  /** Signs everybody out, but for the session `but`. */
  endSessions(but = ""): void {
    this.#orRefuse(() => this.#db.prepare("DELETE FROM session WHERE hash <> ?").run(Buffer.from(but, "hex")));
  }

  close(): void {
    this.#db.close();
  }

  #inTransaction<T>(work: () => T): T {
    return this.#orRefuse(() => (this.#db.inTransaction ? work() : this.#db.transaction(work)()));
  }

  #orRefuse<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw explain(this.#path, error);
    }
  }
}

function open(path: string): Database.Database {
  const db = new Database(path, { timeout: 5000 });
  try {
    chmodSync(path, 0o600);
    db.pragma("journal_mode = WAL");
    db.exec(`
      CREATE TABLE IF NOT EXISTS one_time_key (hash BLOB PRIMARY KEY, made_ms INTEGER NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS password (hash TEXT NOT NULL, set_ms INTEGER NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS session (hash BLOB PRIMARY KEY, made_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL) STRICT;
    `);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** What is wrong and what would be right; what is neither SQLite's nor the file system's passes as it is. */
function explain(path: string, error: unknown): unknown {
  const { code = "", message = "" } = error as { code?: string; message?: string };
  const afresh = "move it away and start again; a new one is made, and everyone signs in anew";
  if (/^(SQLITE_(NOTADB|CORRUPT))/.test(code))
    return new AccessRefused("not-ours", `${path} is damaged, or is not one of Rollcall's: ${afresh}`, error);
  if (/^(SQLITE_(CANTOPEN|READONLY|PERM|AUTH)|EACCES|EPERM|EROFS|EISDIR)/.test(code))
    return new AccessRefused(
      "unwritable",
      `cannot write to ${path} (${code}): check that it is a file of yours, or ${afresh}`,
      error,
    );
  if (/^(SQLITE_(FULL|IOERR)|ENOSPC|EDQUOT|EIO)/.test(code))
    return new AccessRefused("disk-full", `the disk refuses to write ${path} (${code}): make room on it`, error);
  if (/^SQLITE_(BUSY|LOCKED)/.test(code))
    return new AccessRefused("busy", `another program holds ${path}: end that one, then start again`, error);
  if (error instanceof Database.SqliteError)
    return new AccessRefused("unusable", `${path} cannot be used (${message}): ${afresh}`, error);
  return error;
}

function hash(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
