/** `rollcall key`: a fresh address for another browser, while everything runs on. */
import { Command } from "commander";
import { Access } from "../../db/access/access.ts";
import { dataFolder, prepareDataFolder } from "../../db/settings/data-folder.ts";
import { listenSettings, ownAddress } from "../../db/settings/listen.ts";
import { SettingsError } from "../../db/settings/settings-error.ts";
import { systemClock } from "../clock.ts";
import { withSettings } from "./flags.ts";

export const keyCommand = withSettings(
  new Command("key").description(
    "print a fresh address for the dashboard, which opens it once; the one printed before stops working",
  ),
  "dashboard.host",
  "dashboard.port",
).action(() => {
  const listen = listenSettings();
  const own = ownAddress(listen);
  if (own === undefined)
    throw new SettingsError(
      `a key opens only in a browser on this computer, and the dashboard listens on ${listen.host} alone: sign in with the password there`,
    );
  const folder = dataFolder();
  prepareDataFolder(folder);
  const access = new Access(folder);
  try {
    const key = access.makeKey(systemClock.nowMs());
    console.log(`Open ${own}/?key=${key}`);
  } finally {
    access.close();
  }
});
