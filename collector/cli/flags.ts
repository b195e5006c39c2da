/** Options that are settings: each stands for its environment variable, here and in every process that this one starts. */
import { type Command, Option } from "commander";
import { SETTINGS, type Setting, type SettingKey } from "../../db/settings/schema.ts";
import { readSettings } from "../../db/settings/settings.ts";
import { SettingsError } from "../../db/settings/settings-error.ts";

const CONFIG = { env: "ROLLCALL_CONFIG", flag: "--config <file>" };

/** What was said on the command line, by environment variable: `--port`. */
const given = new Map<string, string>();

/** The options that every command has. */
export function commonFlags(program: Command): void {
  const data = SETTINGS.filter(({ key }) => key === "data");
  const config = new Option(CONFIG.flag, "read settings from this file");
  add(program, [{ ...CONFIG, option: config }, ...data.map(optionOf)]);
}

/** Lets these settings be given as options of a command. */
export function withSettings(command: Command, ...keys: SettingKey[]): Command {
  return add(command, SETTINGS.filter(({ key }) => keys.includes(key)).map(optionOf));
}

/** The option that a variable of the environment was given as, if it was. */
export function flagOf(env: string): string | undefined {
  return given.get(env);
}

interface Flag {
  env: string;
  option: Option;
}

function optionOf({ env, flag = "", about }: Setting): Flag {
  return { env, option: new Option(flag, about) };
}

function add(command: Command, flags: readonly Flag[]): Command {
  for (const { option } of flags) command.addOption(option);
  return command.hook("preAction", (from) => {
    for (const { env, option } of flags) {
      const value = from.opts()[option.attributeName()] as string | undefined;
      if (value === undefined) continue;
      process.env[env] = value;
      given.set(env, option.long ?? option.flags);
    }
    if (given.size > 0) refuseInTheirWords();
  });
}

/** What was given as an option is named as one. */
function refuseInTheirWords(): void {
  try {
    readSettings();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const text = [...given].reduce(
      (words, [env, flag]) => words.replaceAll(new RegExp(`\\b${env}\\b`, "g"), flag),
      error.message,
    );
    throw new SettingsError(text, { cause: error });
  }
}
