/** `access.db` itself: opening it, bringing an older one up to date, and saying in words what is wrong with it. */
import { chmodSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";

/** `access.db` cannot be used; the message is for the person who started the dashboard. */
export class AccessRefused extends Error {
  override readonly name = "AccessRefused";
  readonly code: "not-ours" | "unwritable" | "disk-full" | "busy" | "unusable";
  constructor(code: AccessRefused["code"], message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Everything that is done with the file throws AccessRefused when it cannot be used. */
export class AccessFile {
  readonly #path: string;
  readonly #db: Database.Database;

  /** Opens or creates `access.db` in the data folder, which must exist. */
  constructor(folder: string) {
    this.#path = join(folder, "access.db");
    this.#db = this.#orRefuse(() => open(this.#path));
  }

  read<T>(work: (db: Database.Database) => T): T {
    return this.#orRefuse(() => work(this.#db));
  }

  /** All of it or nothing. */
  change<T>(work: (db: Database.Database) => T): T {
    return this.#orRefuse(() => this.#db.transaction(() => work(this.#db)).immediate());
  }

  close(): void {
    this.#db.close();
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
    db.transaction(() => bringUpToDate(db)).immediate();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Only ever adds: an older Rollcall goes on with the file as well. */
function bringUpToDate(db: Database.Database): void {
  db.exec(`
    CREATE TABLE IF NOT EXISTS one_time_key (hash BLOB PRIMARY KEY, made_ms INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS session (hash BLOB PRIMARY KEY, made_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS password (
      only INTEGER PRIMARY KEY CHECK (only = 1), phc TEXT NOT NULL, set_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS code (
      only INTEGER PRIMARY KEY CHECK (only = 1), secret TEXT NOT NULL, confirmed_ms INTEGER, last_counter INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS api_token (
      id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, scope TEXT NOT NULL, hash BLOB NOT NULL UNIQUE,
      made_ms INTEGER NOT NULL, used_ms INTEGER
    ) STRICT;
    CREATE TABLE IF NOT EXISTS guest (
      id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, hash BLOB NOT NULL UNIQUE,
      made_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL, seen_ms INTEGER
    ) STRICT;
    CREATE TABLE IF NOT EXISTS guest_contact (
      guest_id INTEGER NOT NULL, account TEXT NOT NULL, address TEXT NOT NULL, PRIMARY KEY (guest_id, account, address)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS guest_session (hash BLOB PRIMARY KEY, guest_id INTEGER NOT NULL) STRICT;
  `);
  const columns = db.pragma("table_info(session)") as { name: string }[];
  if (!columns.some(({ name }) => name === "browser"))
    db.exec("ALTER TABLE session ADD COLUMN browser TEXT NOT NULL DEFAULT ''");
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
