/** What one user's days cost the disk. */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DayWritten } from "../programs/day.ts";
import { runProgram } from "../programs/start.ts";
import type { Filled } from "./asking.ts";
import { count, heading, row } from "./report.ts";
import { DAY_MS } from "./world.ts";

const DAYS = 4;

/** Goes on where a history of one user ends. */
export async function bytesADay({ path, world }: Filled): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-bench-"));
  try {
    copyFileSync(path, join(folder, "rollcall.db"));
    const fromMs = Math.ceil(world.toMs / DAY_MS) * DAY_MS;
    const next = { ...world, fromMs, toMs: fromMs + DAYS * DAY_MS };
    const written = await runProgram<DayWritten>("day", [JSON.stringify({ folder, world: next })]);
    heading(`A day of one user with ${world.contacts} contacts`, "");
    row("events", count(written.events / written.days));
    row("written to the disk", `${Math.round(written.writtenBytes / written.days / 1e6)} MB`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
