/**
 * What holds: environment variables over the settings file over defaults. An option of the command line stands in the
 * environment by the time that anybody asks (collector/cli/flags.ts), so that it holds for the processes we start, too.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import envPaths from "env-paths";
import { closest, distance } from "fastest-levenshtein";
import { parse, TomlError } from "smol-toml";
import type { z } from "zod";
import { DEFAULTS, type RawSettings, SETTINGS, type Setting, type SettingKey, settingsSchema } from "./schema.ts";
import { secretFrom } from "./secrets.ts";
import { SettingsError } from "./settings-error.ts";

export type Env = Readonly<Record<string, string | undefined>>;
type Section = Record<string, unknown>;

export interface Settings {
  /** By key. Without a default, what nobody has said is undefined. */
  get<Key extends SettingKey>(key: Key): ValueOf<Key> | (Key extends keyof typeof DEFAULTS ? never : undefined);
  /** Where each comes from, in words: `ROLLCALL_PORT`, `rollcall.toml`, `default`; undefined where nobody says anything. */
  from(key: SettingKey): string | undefined;
  /** The settings file, and whether it is there. */
  file: { path: string; isThere: boolean };
}

type Leaf<Key extends string, Of> = Key extends `${infer Part}.${infer Rest}`
  ? Part extends keyof Of
    ? Leaf<Rest, NonNullable<Of[Part]>>
    : never
  : Key extends keyof Of
    ? NonNullable<Of[Key]>
    : never;
type ValueOf<Key extends SettingKey> = Leaf<Key, RawSettings>;

/** Variables of ours that are no settings. */
const OTHERS = ["CONFIG", "PASSWORD", "PASSWORD_FILE", "ALERT_NAME", "ALERT_STATE", "ALERT_MESSAGE"].map(
  (name) => `ROLLCALL_${name}`,
);
/** A name that differs from a known one by so few letters is a slip of the hand. */
const SLIP_LETTERS = 2;

/** Throws SettingsError, which names everything that will not do at once. */
export function readSettings(env: Env = process.env): Settings {
  const file = settingsFile(env);
  const raw = file.text === undefined ? {} : parsed(file.path, file.text);
  const from = new Map<string, string>();
  for (const setting of SETTINGS) {
    const said = saidIn(env, setting);
    if (said) put(raw, setting.key, setting.isNumber ? numberOr(said.value) : said.value);
    from.set(setting.key, said?.from ?? file.path);
  }
  const problems = misspelt(env);
  const checked = settingsSchema.safeParse(raw);
  if (!checked.success) problems.push(...checked.error.issues.flatMap((issue) => inWords(issue, raw, from, file.path)));
  if (problems.length > 0) {
    throw new SettingsError(
      problems.length === 1
        ? (problems[0] as string)
        : `${problems.length} settings will not do: ${problems.join("; ")}`,
    );
  }
  return effective(checked.data ?? {}, from, file);
}

function effective(
  known: RawSettings,
  from: ReadonlyMap<string, string>,
  { path, text }: { path: string; text: string | undefined },
): Settings {
  const values = new Map<string, { value: unknown; from: string }>();
  for (const { key, ...setting } of SETTINGS) {
    const value = valueAt(known, key);
    const secret = value === undefined && setting.isSecret ? valueAt(known, `${key}_file`) : undefined;
    if (value !== undefined) values.set(key, { value, from: from.get(key) ?? path });
    else if (secret !== undefined) {
      values.set(key, { value: secretFrom(resolve(join(path, ".."), String(secret)), `${key}_file`), from: path });
    } else if (Object.hasOwn(DEFAULTS, key)) {
      values.set(key, { value: DEFAULTS[key as keyof typeof DEFAULTS], from: "default" });
    }
  }
  return {
    get: (key) => values.get(key)?.value as never,
    from: (key) => values.get(key)?.from,
    file: { path, isThere: text !== undefined },
  };
}

/** `ROLLCALL_CONFIG`, which must be there then, or `rollcall.toml` in the platform's own place for settings. */
function settingsFile(env: Env): { path: string; text: string | undefined } {
  const named = env.ROLLCALL_CONFIG || undefined;
  const path = named ? resolve(named) : join(envPaths("rollcall", { suffix: "" }).config, "rollcall.toml");
  try {
    return { path, text: readFileSync(path, "utf8") };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!named && (code === "ENOENT" || code === "ENOTDIR")) return { path, text: undefined };
    throw new SettingsError(
      `cannot read the settings file ${path} (${code})${named ? ", which ROLLCALL_CONFIG names" : ""}`,
      {
        cause: error,
      },
    );
  }
}

function parsed(path: string, text: string): Section {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what = ""] = error.message.replace(/^Invalid TOML document: /, "").split("\n");
    throw new SettingsError(`${path}, line ${error.line}: ${what} (this is TOML: name = "value", in [sections])`, {
      cause: error,
    });
  }
}

/** What the environment says of a setting. An empty variable says nothing. */
function saidIn(env: Env, { key, env: name, isSecret }: Setting): { value: string; from: string } | undefined {
  const value = env[name];
  if (value) return { value, from: name };
  if (!isSecret) return undefined;
  const file = env[`${name}_FILE`];
  if (file) return { value: secretFrom(file, `${name}_FILE`), from: `${name}_FILE` };
  return credential(env, key);
}

/** A secret that systemd hands over: `LoadCredential=rollcall.alerts.secret:/path`, or `rollcall.password`. */
export function credential(env: Env, key: string): { value: string; from: string } | undefined {
  const folder = env.CREDENTIALS_DIRECTORY;
  const name = `rollcall.${key}`;
  const value = folder ? secretFrom(join(folder, name), `the credential ${name}`, { mayBeMissing: true }) : undefined;
  return value === undefined ? undefined : { value, from: `the credential ${name}` };
}

function misspelt(env: Env): string[] {
  const known = [
    ...SETTINGS.flatMap(({ env: name, isSecret }) => (isSecret ? [name, `${name}_FILE`] : [name])),
    ...OTHERS,
  ];
  return Object.keys(env).flatMap((name) => {
    if (!name.startsWith("ROLLCALL_") || known.includes(name)) return [];
    const meant = closest(name, known);
    return distance(name, meant) <= SLIP_LETTERS ? [`there is no ${name}; did you mean ${meant}?`] : [];
  });
}

function inWords(issue: z.core.$ZodIssue, raw: Section, from: ReadonlyMap<string, string>, path: string): string[] {
  const key = issue.path.join(".");
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((name) => unknownKey([...issue.path, name].join("."), path));
  const setting = SETTINGS.find((one) => one.key === key);
  if (!setting) {
    const right = key.endsWith("_file") ? "the path of a file" : `a section, [${key}]`;
    return [`${key} in ${path} will not do: it should be ${right}`];
  }
  const where = from.get(key) === path ? `${key} in ${path}` : (from.get(key) ?? key);
  const said = setting.isSecret ? "will not do" : `is ${JSON.stringify(valueAt(raw, key))}`;
  return [`${where} ${said}: it should be ${setting.right}`];
}

function unknownKey(key: string, path: string): string {
  const known = SETTINGS.flatMap((one) => [one.key, ...(one.isSecret ? [`${one.key}_file`] : [])]);
  const sections = [...new Set(known.flatMap((one) => one.split(".").slice(0, -1)))];
  // Of a name in no section, or in the wrong one, the last part may be right.
  const sameEnd = known.find((one) => one.split(".").at(-1) === key.split(".").at(-1));
  const meant = sameEnd ?? closest(key, [...known, ...sections]);
  const isNear = sameEnd !== undefined || distance(key, meant) <= Math.max(SLIP_LETTERS, key.length / 3);
  return `${path} has ${key}, and there is no such setting${isNear ? `; did you mean ${meant}?` : ": see rollcall config"}`;
}

function numberOr(text: string): unknown {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function valueAt(section: unknown, key: string): unknown {
  return key.split(".").reduce((at: unknown, part) => (isSection(at) ? at[part] : undefined), section);
}

/** Where something else stands in the place of the section, that is complained of anyway. */
function put(raw: Section, key: string, value: unknown): void {
  const [first = "", second] = key.split(".");
  if (second === undefined) raw[first] = value;
  else {
    raw[first] ??= {};
    const section = raw[first];
    if (isSection(section)) section[second] = value;
  }
}

function isSection(value: unknown): value is Section {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
