/** What one user's days cost the disk. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../../helpers/collector-fixture.ts";
import type { DayAsked, DayWritten } from "../programs/day.ts";
import { runProgram } from "../programs/start.ts";
import type { Filled } from "./asking.ts";
import { count, heading, row } from "./report.ts";
import { DAY_MS } from "./world.ts";

const DAYS = 4;

/** Goes on where a history of one user ends. */
export async function bytesADay({ path, world }: Filled): Promise<void> {
  using folder = makeFolder();
  copyFileSync(path, join(folder.path, "rollcall.db"));
  const fromMs = Math.ceil(world.toMs / DAY_MS) * DAY_MS;
  const next = { ...world, fromMs, toMs: fromMs + DAYS * DAY_MS };
  const asked = { folder: folder.path, world: next } satisfies DayAsked;
  const written = await runProgram<DayWritten>("day", [JSON.stringify(asked)]);
  heading(`A day of one user with ${world.contacts} contacts`, "");
  row("events", count(written.events / written.days));
  row("written to the disk", `${Math.round(written.writtenBytes / written.days / 1e6)} MB`);
}
