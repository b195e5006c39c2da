/** Opening the history: versions, migrations, durability. The only files that import better-sqlite3 are in this room. */
import { existsSync, readdirSync, readFileSync, statfsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { makeWhole } from "./backup/whole-file.ts";

export type Handle = Database.Database;

/** "RLCL", so that `file` and we recognise the database. */
const APPLICATION_ID = 0x524c434c;

/** The schema this code writes, as major * 1000 + minor. Minor steps only add; readers accept them. */
export const SCHEMA_VERSION = 1007;

/** The database cannot be used as asked; the message is for the person who asked. */
export class DatabaseRefused extends Error {
  readonly code:
    | "missing"
    | "newer"
    | "older"
    | "not-ours"
    | "unwritable"
    | "unreadable"
    | "network-disk"
    | "full"
    | "busy"
    | "damaged";
  constructor(code: DatabaseRefused["code"], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "DatabaseRefused";
    this.code = code;
  }
}

/** A history is about to be brought up to date, which takes minutes for one of many gigabytes. */
export interface Migrating {
  /** Schemas in words, such as 1.3. */
  from: string;
  to: string;
  /** Of the file, which is copied first. */
  bytes: number;
}

/**
 * The collector's handle: creates and migrates. A batch that has been committed survives a power cut. `onMigrating` is
 * called before a history that exists is changed.
 */
export function openForWriting(path: string, onMigrating?: (migrating: Migrating) => void): Handle {
  const folder = dirname(path);
  if (!existsSync(folder)) {
    throw new DatabaseRefused(
      "unwritable",
      `the folder ${folder} does not exist: make it, or choose another with ROLLCALL_DATA`,
    );
  }
  refuseNetworkDisk(folder);
  const db = openFile(path, {});
  try {
    if (version(db) === 0) db.pragma("auto_vacuum = INCREMENTAL");
    db.pragma("journal_mode = WAL");
    makeCareful(db);
    migrate(db, path, onMigrating);
    return db;
  } catch (error) {
    db.close();
    throw explain(path, "write", error);
  }
}

/**
 * A reader's handle; it cannot write. Throws DatabaseRefused("missing") when nothing has been recorded yet, and "older"
 * for a schema that lacks what is asked of it here; `anyAge` is for whoever asks for no more than schema 1.0 has.
 */
export function openForReading(path: string, { anyAge = false }: { anyAge?: boolean } = {}): Handle {
  if (!isThere(path)) throw new DatabaseRefused("missing", `there is no history at ${path} yet`);
  const db = openFile(path, { readonly: true });
  try {
    if (version(db) === 0) throw new DatabaseRefused("missing", `the history at ${path} is still being created`);
    refuseNewer(db, path);
    if (!anyAge) refuseOlder(db, path);
    return db;
  } catch (error) {
    db.close();
    throw explain(path, "read", error);
  }
}

/**
 * A handle for small changes of a user's own words, beside a collector that may be running: it neither creates a history
 * nor brings one up to date. Throws DatabaseRefused.
 */
export function openForWords(path: string): Handle {
  openForReading(path).close();
  const db = openFile(path, { fileMustExist: true });
  makeCareful(db);
  return db;
}

function makeCareful(db: Handle): void {
  db.pragma("synchronous = FULL");
  db.pragma("foreign_keys = ON");
  // What is deleted or written over is gone from the file as well: forgetting somebody must not leave scraps.
  db.pragma("secure_delete = ON");
}

/** Unlike `existsSync`, does not take what somebody else keeps to himself for nothing. Throws DatabaseRefused. */
export function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTDIR") return false;
    throw new DatabaseRefused(
      "unreadable",
      `cannot look into ${dirname(path)} (${code}): it belongs to another user; run as that user, or choose another folder with ROLLCALL_DATA`,
      error,
    );
  }
}

/** A reader's handle, or undefined when nothing has been recorded yet; what else is wrong is thrown. */
export function readerOrNothing(path: string, age: { anyAge?: boolean } = {}): Handle | undefined {
  try {
    return openForReading(path, age);
  } catch (error) {
    if (error instanceof DatabaseRefused && error.code === "missing") return undefined;
    throw error;
  }
}

function openFile(path: string, options: Database.Options): Handle {
  try {
    const db = new Database(path, { timeout: 5000, ...options });
    try {
      // A file from elsewhere may hold views and triggers that nobody should run.
      db.pragma("trusted_schema = OFF");
      // Reading the header is what finds a file that is no database.
      version(db);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw explain(path, options.readonly ? "read" : "write", error);
  }
}

function version(db: Handle): number {
  return db.pragma("user_version", { simple: true }) as number;
}

function refuseNewer(db: Handle, path: string): void {
  const found = version(db);
  if (found !== 0 && db.pragma("application_id", { simple: true }) !== APPLICATION_ID) {
    throw new DatabaseRefused("not-ours", `${path} is an SQLite database, but not one of Rollcall's`);
  }
  if (Math.floor(found / 1000) > Math.floor(SCHEMA_VERSION / 1000)) {
    throw new DatabaseRefused(
      "newer",
      `${path} was written by a newer Rollcall (schema ${words(found)}; this one knows ${words(SCHEMA_VERSION)}): install the newer version`,
    );
  }
}

function refuseOlder(db: Handle, path: string): void {
  const found = version(db);
  if (found >= SCHEMA_VERSION) return;
  throw new DatabaseRefused(
    "older",
    `${path} was written by an older Rollcall (schema ${words(found)}; this one reads ${words(SCHEMA_VERSION)}): start this Rollcall once with \`rollcall start\`, which brings it up to date after a backup`,
  );
}

function words(schema: number): string {
  return `${Math.floor(schema / 1000)}.${schema % 1000}`;
}

function migrate(db: Handle, path: string, onMigrating?: (migrating: Migrating) => void): void {
  refuseNewer(db, path);
  const found = version(db);
  const pending = migrationsAfter(found);
  if (pending.length === 0) return;
  if (found === 0 && db.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() !== 0) {
    throw new DatabaseRefused("not-ours", `${path} is an SQLite database, but not one of Rollcall's`);
  }
  if (found > 0) {
    const bytes = statSync(path).size;
    onMigrating?.({ from: words(found), to: words(pending.at(-1)?.to ?? found), bytes });
    // Made anew after a migration that failed: what was recorded since must be in it.
    makeWhole(`${path}.before-${words(pending.at(-1)?.to ?? found)}`, (unfinished) =>
      db.prepare("VACUUM INTO ?").run(unfinished),
    );
  }
  db.transaction(() => {
    for (const { sql, to } of pending) {
      db.exec(sql);
      db.pragma(`user_version = ${to}`);
    }
    db.pragma(`application_id = ${APPLICATION_ID}`);
  }).immediate();
}

function migrationsAfter(found: number): { to: number; sql: string }[] {
  // By the URL: in the dashboard's bundle this file has no folder of its own, and still knows where it came from.
  const folder = join(dirname(fileURLToPath(import.meta.url)), "migrations");
  return readdirSync(folder)
    .map((file) => ({ file, to: Number.parseInt(file, 10) }))
    .filter(({ to }) => to > found)
    .sort((a, b) => a.to - b.to)
    .map(({ file, to }) => ({ to, sql: readFileSync(join(folder, file), "utf8") }));
}

/** The kind of network disk that a folder lies on; undefined for a disk of this machine, or where nobody can tell. */
export function networkDisk(folder: string): string | undefined {
  const kinds: Record<number, string> = {
    26985: "NFS",
    20859: "SMB",
    4283649346: "CIFS",
    4266872130: "SMB2",
    1397113167: "AFS",
  };
  return process.platform === "linux" ? kinds[statfsSync(folder).type >>> 0] : undefined;
}

/** Locks and shared memory do not work across machines; SQLite on such a disk ends in a damaged file. */
function refuseNetworkDisk(folder: string): void {
  const kind = networkDisk(folder);
  if (kind) {
    throw new DatabaseRefused(
      "network-disk",
      `${folder} is on a network disk (${kind}); put ROLLCALL_DATA on a disk of this machine`,
    );
  }
}

function explain(path: string, wish: "read" | "write", error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = (error as { code?: string }).code ?? "";
  const trouble = refusalOf(path, error);
  if (trouble) return trouble;
  if (code === "SQLITE_NOTADB") return new DatabaseRefused("not-ours", `${path} is not a database`, error);
  if (/^SQLITE_(CANTOPEN|READONLY|PERM)/.test(code) || code === "EACCES" || code === "EROFS") {
    const [refusal, what] = wish === "read" ? (["unreadable", "read"] as const) : (["unwritable", "write to"] as const);
    return new DatabaseRefused(
      refusal,
      `cannot ${what} ${path}: check who owns it and its folder, or choose another folder with ROLLCALL_DATA`,
      error,
    );
  }
  return error;
}

/** What is wrong with a history that is known to be one; undefined for anything else. */
export function refusalOf(path: string, error: Error): DatabaseRefused | undefined {
  const code = (error as { code?: string }).code ?? "";
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code)) {
    return new DatabaseRefused("full", `no room on the disk for ${path}: make some, or choose another folder`, error);
  }
  if (/^SQLITE_IOERR|^EIO$/.test(code)) {
    return new DatabaseRefused(
      "unwritable",
      `the disk refuses ${path} (${code}): it has no room or it fails; make room, or look into the system's log`,
      error,
    );
  }
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return new DatabaseRefused("busy", `${path} is held by another program: close it, and try again`, error);
  }
  if (/^SQLITE_CORRUPT/.test(code)) {
    return new DatabaseRefused(
      "damaged",
      `${path} is damaged (${error.message}): \`rollcall db check\` says where, \`rollcall restore FILE\` puts a backup back`,
      error,
    );
  }
  return undefined;
}
