/** Where everything lives. Both sides ask here, so that they meet in the same file. */
import { accessSync, constants, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import envPaths from "env-paths";
import { isThere, readerOrNothing } from "../open.ts";
import { type Env, readSettings } from "./settings.ts";
import { SettingsError } from "./settings-error.ts";

/** The setting `data`, or the platform's own place for an application's data. Throws SettingsError. */
export function dataFolder(env: Env = process.env): string {
  const chosen = readSettings(env).get("data");
  return chosen === undefined ? envPaths("rollcall", { suffix: "" }).data : resolve(chosen);
}

/** Makes the folder, private to its owner, and proves that it can be written to. Throws SettingsError. */
export function prepareDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new SettingsError(
      `cannot write to the data folder ${folder} (${(error as NodeJS.ErrnoException).code}): check who owns it, or choose another with ROLLCALL_DATA`,
      { cause: error },
    );
  }
}

export interface ChosenDatabase {
  path: string;
  isSandbox: boolean;
}

/** The user's own history when an account has been added to it; until then the sandbox's, where there is one. */
export function chooseDatabase(folder: string): ChosenDatabase {
  const own = ownDatabase(folder);
  const sandbox = sandboxDatabase(folder);
  const isSandbox = isThere(sandbox) && !hasAccount(own);
  return { path: isSandbox ? sandbox : own, isSandbox };
}

/** The user's own history. */
export function ownDatabase(folder: string): string {
  return join(folder, "rollcall.db");
}

/** The sandbox's history, beside the user's own. */
export function sandboxDatabase(folder: string): string {
  return join(folder, "sandbox.db");
}

/** Whether an account has been added to this history. Throws DatabaseRefused when it cannot be read. */
export function hasAccount(path: string): boolean {
  const db = readerOrNothing(path, { anyAge: true });
  if (!db) return false;
  try {
    return db.prepare("SELECT EXISTS (SELECT 1 FROM account)").pluck().get() === 1;
  } catch (error) {
    // A damaged history is somebody's, and not to be passed over.
    if ((error as { code?: string }).code?.startsWith("SQLITE_CORRUPT")) return true;
    throw error;
  } finally {
    db.close();
  }
}
