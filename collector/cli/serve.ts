/** `rollcall serve`: the dashboard alone. */
import { Command } from "commander";
import { readerOrNothing } from "../../db/open.ts";
import { chooseDatabase, dataFolder, prepareDataFolder } from "../../db/settings/data-folder.ts";
import { buildDashboard, Child, DASHBOARD_SERVER } from "./children.ts";
import { askedToStop } from "./exit.ts";
import { withSettings } from "./flags.ts";
import { refuseTakenPort } from "./port.ts";
import { say } from "./say.ts";

export const serveCommand = withSettings(
  new Command("serve").description("serve the dashboard, without recording"),
  "dashboard.host",
  "dashboard.port",
  "log.level",
  "log.format",
).action(async () => {
  const stop = askedToStop();
  const folder = dataFolder();
  prepareDataFolder(folder);
  // What would end in a refusal is better said before anything is built.
  readerOrNothing(chooseDatabase(folder).path)?.close();
  await refuseTakenPort(folder);
  await buildDashboard();
  const dashboard = new Child(DASHBOARD_SERVER, { name: "dashboard", say });
  await Promise.race([stop, dashboard.done]);
  process.exitCode = await dashboard.stop();
});
