/**
 * The dashboard over the team's year of 73 million events: how soon its pages answer, how soon something is to be seen in a
 * browser and how much script that takes, how soon a change is with a hundred who watch, and what memory is left at rest.
 * `--small` makes do with a history of a minute.
 */
import { constants, copyFileSync } from "node:fs";
import { join } from "node:path";
import { startDashboard } from "../e2e/dashboard-process.ts";
import { makeFolder } from "../helpers/collector-fixture.ts";
import { inBrowser } from "./dashboard/in-browser.ts";
import { LiveTeam } from "./dashboard/live-team.ts";
import { answers, memoryMb, sessionOf } from "./dashboard/pages.ts";
import { watchers } from "./dashboard/watchers.ts";
import { historyOf } from "./history/cache.ts";
import { heading, row } from "./history/report.ts";
import { SMALL_WORLDS, WORLDS } from "./history/world.ts";

export async function run(words: readonly string[]): Promise<void> {
  const world = words.includes("--small") ? SMALL_WORLDS.team : WORLDS.team;
  using folder = makeFolder();
  const path = join(folder.path, "rollcall.db");
  copyFileSync(historyOf(world), path, constants.COPYFILE_FICLONE);
  using team = new LiveTeam(path, world);
  const dashboard = await startDashboard(folder.path);
  try {
    const session = await sessionOf(dashboard);
    const atStart = memoryMb(dashboard);
    await answers(dashboard, session, team);
    await inBrowser(dashboard, session, team);
    await watchers(dashboard, session, team);
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    heading("Memory of the server (target 180 MB)", "resident", "of it its own");
    row("before the first page", ...atStart);
    row("at rest after all this", ...memoryMb(dashboard));
  } finally {
    await dashboard.stop();
  }
}
