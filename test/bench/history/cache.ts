/**
 * Made-up histories take minutes to hours to fill, so they are kept: in `ROLLCALL_BENCH_CACHE`, or else the platform's
 * folder for what may be thrown away.
 */
import { globSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import envPaths from "env-paths";
import { openForReading, openForWriting, SCHEMA_VERSION } from "../../../db/open.ts";
import { Roller } from "../../../db/rollup/roller.ts";
import { fill } from "./fill.ts";
import type { World } from "./world.ts";

/** To be raised with every change of what a world holds. */
const GENERATOR = 1;

export function cacheFolder(): string {
  const folder = process.env.ROLLCALL_BENCH_CACHE || join(envPaths("rollcall", { suffix: "" }).cache, "bench");
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The path of the world's history, which is filled first where it is not there yet, or of an older schema. */
export function historyOf(world: World): string {
  const path = join(cacheFolder(), `${world.name}-${world.seed}-${GENERATOR}.db`);
  if (!statSync(path, { throwIfNoEntry: false })) make(path, world);
  bringUpToDate(path, world);
  return path;
}

/** One of an older schema, as its collector would in the first moments of its life. */
function bringUpToDate(path: string, { toMs }: World): void {
  const before = openForReading(path, { anyAge: true });
  const isOld = before.pragma("user_version", { simple: true }) !== SCHEMA_VERSION;
  before.close();
  if (!isOld) return;
  const db = openForWriting(path);
  const roller = new Roller(db);
  while (roller.roll(toMs, 1_000));
  db.close();
  for (const copy of globSync(`${path}.before-*`)) rmSync(copy);
}

function make(path: string, world: World): void {
  const partial = `${path}.partial`;
  for (const end of ["", "-wal", "-shm"]) rmSync(`${partial}${end}`, { force: true });
  const db = openForWriting(partial);
  // Sooner done: what a power cut takes is made again.
  for (const pragma of ["synchronous = OFF", "cache_size = -400000", "wal_autocheckpoint = 50000"]) db.pragma(pragma);
  const beganMs = performance.now();
  let told = 0;
  fill(db, world, (fraction) => {
    const percent = Math.floor(fraction * 100);
    if (percent < told + 5) return;
    told = percent;
    console.error(`   filling "${world.name}": ${percent} %, ${Math.round((performance.now() - beganMs) / 1_000)} s`);
  });
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
  renameSync(partial, path);
}

export interface Size {
  events: number;
  bytes: number;
}

export function sizeOf(path: string): Size {
  const db = openForReading(path);
  try {
    return { events: db.prepare("SELECT count(*) FROM event").pluck().get() as number, bytes: statSync(path).size };
  } finally {
    db.close();
  }
}
