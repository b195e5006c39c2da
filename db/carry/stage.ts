/**
 * What is to be merged is first checked from end to end and laid down as plain text in the data folder. From there it is
 * taken in small steps, by whoever owns the facts, without a doubt about its content.
 */
import { randomBytes } from "node:crypto";
import { createReadStream, createWriteStream, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { DatabaseRefused, type Handle, openForReading, openForWriting, SCHEMA_VERSION } from "../open.ts";
import { bundleOf } from "./bundle.ts";
import { checkedLines } from "./check.ts";
import { BundleRefused } from "./sections.ts";
import { linesOf } from "./text-lines.ts";

type OnProgress = (done: number, total: number) => void;

const PREFIX = "carried-";
/** What an interrupted command left behind goes after this long. */
const STALE_MS = 7 * 86_400_000;

/**
 * Lays down a bundle or another Rollcall's database and returns where; `name` is what messages call it. Throws
 * BundleRefused or DatabaseRefused; then nothing is left behind.
 */
export async function stageFile(path: string, folder: string, onProgress?: OnProgress): Promise<string> {
  const start = await firstBytes(path);
  if (start.toString("latin1", 0, 15) === "SQLite format 3") return stageDatabase(path, folder, onProgress);
  if (start[0] === 0x1f && start[1] === 0x8b) return stageBundle(path, folder, true, onProgress);
  if (start.toString("latin1", 0, 1) === "{") return stageBundle(path, folder, false, onProgress);
  throw new BundleRefused(
    "wrong",
    `${path} is neither a bundle of Rollcall's nor a database: give what rollcall export --bundle FILE wrote, or a rollcall.db`,
  );
}

async function firstBytes(path: string): Promise<Buffer> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Why a file that the user named cannot be read. */
export function unreadable(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const why =
    code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "that is a folder" : `${code}: check who owns it`;
  return new BundleRefused("unreadable", `cannot read ${path}: ${why}`, error);
}

async function stageBundle(path: string, folder: string, isPacked: boolean, onProgress?: OnProgress): Promise<string> {
  const sizeBytes = statSync(path).size;
  const file = createReadStream(path);
  let readBytes = 0;
  file.on("data", (chunk) => {
    readBytes += chunk.length;
    onProgress?.(readBytes, sizeBytes);
  });
  // A file that breaks off or cannot be read fails where its text is read.
  const text = isPacked ? file.pipe(createGunzip()) : file;
  file.on("error", (error) => text.destroy(error));
  try {
    return await layDown(folder, withLineFeeds(checkedLines(linesOf(text), basename(path))));
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code.startsWith("Z_") || code === "ERR_ENCODING_INVALID_ENCODED_DATA") {
      throw new BundleRefused("wrong", `${path} is damaged or not whole (${code}): export the bundle again`, error);
    }
    throw error;
  } finally {
    file.destroy();
  }
}

async function* withLineFeeds(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let chunk = "";
  for await (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length < 64 * 1024) continue;
    yield chunk;
    chunk = "";
  }
  yield chunk;
}

async function stageDatabase(path: string, folder: string, onProgress?: OnProgress): Promise<string> {
  const other = openForReading(path, { anyAge: true });
  let migrated: { db: Handle; folder: string } | undefined;
  try {
    const schema = other.pragma("user_version", { simple: true }) as number;
    if (schema < SCHEMA_VERSION) migrated = migratedCopy(other, folder);
    return await layDown(folder, bundleOf(migrated?.db ?? other, onProgress));
  } finally {
    other.close();
    migrated?.db.close();
    if (migrated) rmSync(migrated.folder, { recursive: true, force: true });
  }
}

/** An older database stays as it is; a copy learns the words of today. */
function migratedCopy(db: Handle, folder: string): { db: Handle; folder: string } {
  const place = mkdtempSync(join(folder, PREFIX));
  try {
    const path = join(place, "rollcall.db");
    db.prepare("VACUUM INTO ?").run(path);
    return { db: openForWriting(path), folder: place };
  } catch (error) {
    rmSync(place, { recursive: true, force: true });
    throw error;
  }
}

/** Writes a bundle's text, which needs no more checking, to a file of its own in the data folder. */
export async function layDown(folder: string, text: Iterable<string> | AsyncIterable<string>): Promise<string> {
  removeStale(folder);
  const path = join(folder, `${PREFIX}${randomBytes(6).toString("hex")}.jsonl`);
  try {
    await pipeline(Readable.from(text), createWriteStream(path, { flags: "wx", mode: 0o600 }));
    return path;
  } catch (error) {
    rmSync(path, { force: true });
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall !== "write" && syscall !== "open") throw error;
    throw new DatabaseRefused("unwritable", `cannot write to ${folder} (${code}): make room there first`, error);
  }
}

function removeStale(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(PREFIX)) continue;
    const path = join(folder, name);
    const changedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (changedMs < Date.now() - STALE_MS) rmSync(path, { recursive: true, force: true });
  }
}
