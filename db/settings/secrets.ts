import { readFileSync } from "node:fs";
import { SettingsError } from "./settings-error.ts";

/** The secret that a file holds, without the line's end. `name`: what names the file. Throws SettingsError. */
export function secretFrom(path: string, name: string): string;
export function secretFrom(path: string, name: string, options: { mayBeMissing: true }): string | undefined;
export function secretFrom(path: string, name: string, options?: { mayBeMissing: true }): string | undefined {
  let secret: string;
  try {
    secret = readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && options?.mayBeMissing) return undefined;
    throw new SettingsError(`cannot read ${name} ${path} (${code})`, { cause: error });
  }
  if (secret !== "") return secret;
  throw new SettingsError(`${name} ${path} is empty: it should hold a secret`);
}
