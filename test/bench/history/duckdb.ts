/**
 * DuckDB over the same facts: an engine made for sums over many rows. It is installed into the cache, and given more
 * than the facts: spans, which it has made of them once and keeps in the order that suits it.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { offsetsOf } from "../../../db/answers/zone.ts";
import { cacheFolder } from "./cache.ts";
import { writeCsv } from "./sqlite-shell.ts";

const PACKAGE = "@duckdb/node-api";
const VERSION = "1.5.6-r.1";
const HOUR_MS = 3_600_000;

/** As much of the package as we use. */
interface DuckDb {
  DuckDBInstance: {
    create(
      path: string,
      options?: Record<string, string>,
    ): Promise<{ connect(): Promise<Connection>; closeSync(): void }>;
  };
}

interface Connection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string): Promise<{ getRowsJS(): unknown[][] }>;
  closeSync(): void;
}

function load(): DuckDb {
  const home = join(cacheFolder(), "duckdb");
  mkdirSync(home, { recursive: true });
  const require = createRequire(join(home, "package.json"));
  if (!existsSync(join(home, "node_modules", PACKAGE))) {
    writeFileSync(join(home, "package.json"), `{ "private": true }\n`);
    execFileSync("npm", ["install", "--save-exact", `${PACKAGE}@${VERSION}`], { cwd: home, stdio: "ignore" });
  }
  return require(PACKAGE) as DuckDb;
}

/** Of the facts, what spans are made of. */
const FACTS = {
  event: ["seq", "contact_id", "coverage_id", "at_ms", "status"],
  coverage: ["id", "account_id", "from_ms", "to_ms"],
  contact: ["id", "account_id"],
} as const;

/** A DuckDB file with the spans of a history beside it, made once. */
export async function duckDbOf(historyPath: string): Promise<string> {
  const path = historyPath.replace(/\.db$/, ".duckdb");
  if (existsSync(path)) return path;
  const partial = `${path}.partial`;
  rmSync(partial, { force: true });
  const instance = await load().DuckDBInstance.create(partial, { memory_limit: "8GB" });
  const connection = await instance.connect();
  for (const [table, columns] of Object.entries(FACTS)) {
    const file = `${path}.${table}.csv`;
    writeCsv(historyPath, `SELECT ${columns.join(", ")} FROM ${table}`, file);
    const types = columns.map((name) => `'${name}': 'BIGINT'`).join(", ");
    await connection.run(
      `CREATE TEMP TABLE ${table} AS FROM read_csv('${file}', header = false, columns = {${types}})`,
    );
    rmSync(file);
  }
  // A coverage's event at its beginning is its baseline; whoever has none there is offline until the first event.
  await connection.run(`
    CREATE TABLE span AS
    WITH said AS (
      SELECT contact_id, coverage_id, at_ms, seq, status FROM event
      UNION ALL
      SELECT c.id, v.id, v.from_ms, 0, 0 FROM coverage v JOIN contact c USING (account_id)
    ), held AS (
      SELECT contact_id, status::UTINYINT AS status, at_ms AS from_ms,
             coalesce(lead(at_ms) OVER (PARTITION BY coverage_id, contact_id ORDER BY at_ms, seq), v.to_ms) AS to_ms
      FROM said JOIN coverage v ON v.id = coverage_id
    )
    SELECT contact_id::INTEGER AS contact_id, status, from_ms, to_ms FROM held WHERE from_ms < to_ms ORDER BY from_ms`);
  await connection.run("CHECKPOINT");
  connection.closeSync();
  instance.closeSync();
  renameSync(partial, path);
  return path;
}

/** Milliseconds by whatever the question groups by, then by status code. */
export type Sums = Map<number, Map<number, number>>;

/** Everyone's milliseconds by hour of the local week (0 is Monday 00:00) and status. */
export function weekSql(zone: string, fromMs: number, toMs: number): string {
  return sumSql(`(hour + ${offsetSql(zone, fromMs, toMs)} + 72) % 168`, fromMs, toMs);
}

/** Everyone's milliseconds by local day, counted from the epoch, and status. */
export function daySql(zone: string, fromMs: number, toMs: number): string {
  return sumSql(`(hour + ${offsetSql(zone, fromMs, toMs)}) // 24`, fromMs, toMs);
}

function sumSql(group: string, fromMs: number, toMs: number): string {
  return `
    SELECT ${group} AS part, status, sum(least(to_ms, (hour + 1) * ${HOUR_MS}) - greatest(from_ms, hour * ${HOUR_MS}))::DOUBLE
    FROM (
      SELECT status, from_ms, to_ms, unnest(range(from_ms // ${HOUR_MS}, (to_ms - 1) // ${HOUR_MS} + 1)) AS hour
      FROM (
        SELECT status, greatest(from_ms, ${fromMs}) AS from_ms, least(to_ms, ${toMs}) AS to_ms
        FROM span WHERE to_ms > ${fromMs} AND from_ms < ${toMs}
      )
    )
    GROUP BY part, status`;
}

/** The zone's offset in whole hours at the hour of UTC. */
function offsetSql(zone: string, fromMs: number, toMs: number): string {
  const offsets = offsetsOf(zone, fromMs, toMs).reverse();
  const cases = offsets.map(
    (offset) => `WHEN hour >= ${Math.floor(offset.fromMs / HOUR_MS)} THEN ${offset.offsetMs / HOUR_MS}`,
  );
  return `CASE ${cases.join(" ")} END`;
}

/** Answers a question with a fresh handle; how long that took, without the opening. */
export async function askDuckDb(path: string, sql: string): Promise<{ sums: Sums; ms: number }> {
  const instance = await load().DuckDBInstance.create(path, { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  const beganMs = performance.now();
  const rows = (await connection.runAndReadAll(sql)).getRowsJS();
  const ms = performance.now() - beganMs;
  connection.closeSync();
  instance.closeSync();
  const sums: Sums = new Map();
  for (const [part, status, sum] of rows) {
    const of = sums.get(Number(part)) ?? new Map<number, number>();
    sums.set(Number(part), of.set(Number(status), Number(sum)));
  }
  return { sums, ms };
}
