/** `rollcall key`: a fresh address for another browser, while everything runs on. */
import { Command } from "commander";
import { Access } from "../../db/access/access.ts";
import { dataFolder, prepareDataFolder } from "../../db/settings/data-folder.ts";
import { addressToOpen, listenSettings } from "../../db/settings/listen.ts";
import { systemClock } from "../clock.ts";
import { withSettings } from "./flags.ts";

export const keyCommand = withSettings(
  new Command("key").description(
    "print a fresh address for the dashboard, which opens it once on this computer; the one printed before stops working",
  ),
  "dashboard.host",
  "dashboard.port",
).action(() => {
  const listen = listenSettings();
  const folder = dataFolder();
  prepareDataFolder(folder);
  const access = new Access(folder);
  try {
    console.log(`Open ${addressToOpen(listen, access.makeKey(systemClock.nowMs()))}`);
  } finally {
    access.close();
  }
});
