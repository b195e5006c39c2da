import { readFileSync } from "node:fs";
import { SettingsError } from "../../db/settings/settings-error.ts";

/** The password that a file holds, without the line's end; `-` is standard input. Throws SettingsError. */
export function passwordFromFile(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    throw new SettingsError(`cannot read the password file ${file} (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
}

/** Throws SettingsError for a file that holds something else besides. */
export function requireOneLine(password: string): string {
  if (!/[\r\n]/.test(password)) return password;
  throw new SettingsError("the password has more than one line; the file should hold the password alone");
}
