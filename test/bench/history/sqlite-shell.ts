/** The `sqlite3` program, where this machine has it. */
import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";

/** Says that `what` is left out where there is none. */
export function hasSqliteShell(what: string): boolean {
  if (!spawnSync("sqlite3", ["--version"]).error) return true;
  console.log(`\nNo sqlite3 on this machine: ${what} is left out.`);
  return false;
}

/** Writes the answer to a query into a file as CSV. */
export function writeCsv(historyPath: string, sql: string, file: string, ...options: string[]): void {
  const out = openSync(file, "w");
  try {
    const args = ["-readonly", "-csv", ...options, historyPath, sql];
    execFileSync("sqlite3", args, { stdio: ["ignore", out, "inherit"] });
  } finally {
    closeSync(out);
  }
}
