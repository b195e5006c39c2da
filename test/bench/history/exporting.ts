/** An export, beside the `sqlite3` shell that writes the same columns. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../../helpers/collector-fixture.ts";
import type { Exported } from "../programs/export.ts";
import { runProgram } from "../programs/start.ts";
import { inSpread } from "../spread.ts";
import type { Filled } from "./asking.ts";
import { asRatio, count, heading, row } from "./report.ts";
import { hasSqliteShell, writeCsv } from "./sqlite-shell.ts";
import { DAY_MS } from "./world.ts";

const RUNS = 3;

const SQL = (fromMs: number) => `
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', e.at_ms / 1000.0, 'unixepoch') AS at_utc,
         strftime('%Y-%m-%dT%H:%M:%f', e.at_ms / 1000.0, 'unixepoch') AS at_local, '+00:00' AS utc_offset, 'UTC' AS tz,
         a.address AS account, c.address, c.name, s.status, e.raw,
         CASE e.origin WHEN 1 THEN 'change' ELSE 'baseline' END AS origin
  FROM event e JOIN contact c ON c.id = e.contact_id JOIN account a ON a.id = c.account_id
  JOIN status_code s ON s.code = e.status
  WHERE e.at_ms >= ${fromMs} ORDER BY e.seq`;

/** The last `days`, in turns with the shell; and all of it once, for the memory that takes. */
export async function exporting({ path, world }: Filled, days: number): Promise<void> {
  if (!hasSqliteShell("the export, which is compared with it,")) return;
  using folder = makeFolder();
  const out = join(folder.path, "events.csv");
  const fromMs = Math.max(world.fromMs, Math.floor(world.toMs / DAY_MS) * DAY_MS - days * DAY_MS);
  const from = new Date(fromMs).toISOString();
  const ours: number[] = [];
  const theirs: number[] = [];
  let part: Exported | undefined;
  for (let run = 0; run < RUNS; run++) {
    part = await runProgram<Exported>("export", [JSON.stringify({ path, from, out })]);
    ours.push(part.tookMs / 1_000);
    theirs.push(shell(path, fromMs, out) / 1_000);
  }
  const all = await runProgram<Exported>("export", [JSON.stringify({ path, from: "1970-01-02", out })]);
  const { rows = 0, mostBytes = 0 } = part ?? {};
  heading(`Exporting events of "${world.name}" as CSV`, "");
  row(`${count(rows)} rows, ours`, `${inSpread(ours)} s`);
  row("the sqlite3 shell", `${inSpread(theirs)} s`);
  row("**its time over ours** (target 0.5)", asRatio(theirs, ours));
  row(`memory, ${count(rows)} rows`, `${Math.round(mostBytes / 1e6)} MB`);
  row(
    `memory, ${count(all.rows)} rows (${Math.round(statSync(out).size / 1e6)} MB)`,
    `${Math.round(all.mostBytes / 1e6)} MB`,
  );
}

function shell(path: string, fromMs: number, out: string): number {
  const beganMs = performance.now();
  writeCsv(path, SQL(fromMs), out, "-header");
  return performance.now() - beganMs;
}
