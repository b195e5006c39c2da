/** The folder of backups beside the history: what is in it, when the next one is due, and which ones go. */
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Handle } from "../open.ts";
import { UNFINISHED } from "./whole-file.ts";

const HOUR_MS = 3_600_000;
/** What nobody has written to for so long was left by a process that is gone. */
const STALE_MS = 24 * HOUR_MS;

export interface Schedule {
  /** How often the collector makes one; 0: never. */
  hours: number;
  /** How many of its own it keeps. */
  keep: number;
}

export const USUAL: Schedule = { hours: 24, keep: 7 };

export function scheduleOf(db: Handle): Schedule {
  return { hours: numberIn(db, "backup_hours", USUAL.hours), keep: numberIn(db, "backup_keep", USUAL.keep) };
}

export function putSchedule(db: Handle, { hours, keep }: Partial<Schedule>): void {
  const put = db.prepare(
    "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
  );
  db.transaction(() => {
    if (hours !== undefined) put.run("backup_hours", String(hours));
    if (keep !== undefined) put.run("backup_keep", String(keep));
  }).immediate();
}

export interface Backup {
  path: string;
  /** When it was begun. */
  atMs: number;
}

/** The backups of this history that went by their own names, oldest first. */
export function backupsOf(databasePath: string): Backup[] {
  const folder = folderOf(databasePath);
  const stem = stemOf(databasePath);
  if (!statSync(folder, { throwIfNoEntry: false })) return [];
  return readdirSync(folder)
    .flatMap((name): Backup[] => {
      const [, day, h, m, s] = /^-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z\.db$/.exec(name.slice(stem.length)) ?? [];
      const atMs = Date.parse(`${day}T${h}:${m}:${s}Z`);
      return name.startsWith(stem) && Number.isFinite(atMs) ? [{ path: join(folder, name), atMs }] : [];
    })
    .sort((a, b) => a.atMs - b.atMs);
}

/** Where the next one goes; makes its folder. */
export function nextBackup(databasePath: string, nowMs: number): string {
  const folder = folderOf(databasePath);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stamp = new Date(nowMs).toISOString().slice(0, 19).replaceAll(":", "-");
  return join(folder, `${stemOf(databasePath)}-${stamp}Z.db`);
}

/** A clock that was ahead once must not keep us waiting: what was made in the future does not count. */
export function isDue(databasePath: string, { hours }: Schedule, nowMs: number): boolean {
  if (hours === 0) return false;
  const last = backupsOf(databasePath).findLast(({ atMs }) => atMs <= nowMs);
  return !last || nowMs - last.atMs >= hours * HOUR_MS;
}

/** Removes all but the newest, and what was never finished. */
export function rotate(databasePath: string, keep: number, nowMs: number): void {
  const backups = backupsOf(databasePath);
  for (const { path } of backups.slice(0, Math.max(0, backups.length - keep))) rmSync(path, { force: true });
  const folder = folderOf(databasePath);
  for (const name of readdirSync(folder).filter((name) => name.includes(UNFINISHED))) {
    const path = join(folder, name);
    if (nowMs - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? nowMs) > STALE_MS) rmSync(path, { force: true });
  }
}

function folderOf(databasePath: string): string {
  return join(dirname(databasePath), "backups");
}

function stemOf(databasePath: string): string {
  return basename(databasePath, ".db");
}

function numberIn(db: Handle, key: string, usual: number): number {
  const stored = db.prepare("SELECT value FROM setting WHERE key = ?").pluck().get(key) as string | undefined;
  const number = Number(stored ?? usual);
  return Number.isInteger(number) && number >= 0 ? number : usual;
}
