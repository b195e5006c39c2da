/** `rollcall config`: what holds, and where each setting comes from. */
import { Command } from "commander";
import { dataFolder } from "../../db/settings/data-folder.ts";
import { SETTINGS } from "../../db/settings/schema.ts";
import { readSettings } from "../../db/settings/settings.ts";
import { flagOf, withSettings } from "./flags.ts";
import { plain } from "./plain.ts";

interface Line {
  key: string;
  /** Null: nobody has said anything, and there is no default. A secret is "(set)". */
  value: string | number | null;
  from: string | null;
  env: string;
  about: string;
}

export const configCommand = withSettings(
  new Command("config").description("show the settings that hold, and where each comes from"),
  ...SETTINGS.flatMap(({ key, flag }) => (flag && key !== "data" ? [key] : [])),
)
  .option("--json", "for programs")
  .action(({ json }: { json?: true }) => {
    const settings = readSettings();
    const lines = SETTINGS.map(({ key, env, about, isSecret }): Line => {
      const value = settings.get(key) ?? (key === "data" ? dataFolder() : null);
      const from = flagOf(env) ?? settings.from(key) ?? (value === null ? null : "default");
      return { key, value: isSecret && value !== null ? "(set)" : value, from, env, about };
    });
    if (json) return console.log(JSON.stringify({ file: settings.file, settings: lines }, undefined, 2));
    const { path, isThere } = settings.file;
    console.log(`# ${path}${isThere ? "" : " (not there; everything has a default)"}`);
    const shown = lines.map(({ value, ...line }) => ({ ...line, value: value === null ? "-" : plain(String(value)) }));
    const [keyWidth, valueWidth] = [widest(shown.map(({ key }) => key)), widest(shown.map(({ value }) => value))];
    for (const { key, value, from, env, about } of shown) {
      console.log(`${key.padEnd(keyWidth)}  ${value.padEnd(valueWidth)}  ${from ?? `${env}: ${about}`}`);
    }
  });

function widest(words: readonly string[]): number {
  return Math.max(...words.map(({ length }) => length));
}
