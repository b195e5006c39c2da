/**
 * Every setting there is: its key in the settings file, its environment variable, and what it may be. One schema for all
 * places that a setting can come from.
 */
import { z } from "zod";
import { isListOfAddresses } from "./address-list.ts";

const port = z.int().min(0).max(65_535);
const words = z.string().min(1);
/** Names or addresses as they stand in a browser's address line, a port where it is not the usual one. */
const LISTED_NAMES = /^\s*[\w.[\]:-]+\s*(,\s*[\w.[\]:-]+\s*)*$/;

/** As the settings file has it, with everything left out that is not said. */
export const settingsSchema = z.strictObject({
  data: words.optional(),
  dashboard: z
    .strictObject({
      host: words.optional(),
      port: port.optional(),
      names: z.string().regex(LISTED_NAMES).optional(),
      proxy: z.string().refine(isListOfAddresses).optional(),
    })
    .optional(),
  collector: z.strictObject({ health_port: port.min(1).optional() }).optional(),
  alerts: z
    .strictObject({
      command: words.optional(),
      webhook: z.url({ protocol: /^https?$/ }).optional(),
      webhook_file: words.optional(),
      secret: words.optional(),
      secret_file: words.optional(),
      after_minutes: z.int().min(1).max(525_600).optional(),
    })
    .optional(),
  log: z
    .strictObject({
      level: z.enum(["debug", "info", "warn", "error"]).optional(),
      format: z.enum(["auto", "text", "json"]).optional(),
    })
    .optional(),
});

export type RawSettings = z.infer<typeof settingsSchema>;

interface Words {
  /** In the settings file, and in what `rollcall config` prints: `dashboard.port`. */
  key: string;
  env: string;
  /** As an option of the commands that it matters to: `--port <number>`. */
  flag?: string;
  /** What it is, for help and for `rollcall config`. */
  about: string;
  /** What would be right, after "it should be". */
  right: string;
  isNumber?: true;
  /** Never shown. It may also be in a file, `key_file` and `ENV_FILE`, or be a credential of systemd's. */
  isSecret?: true;
}

const LIST = [
  {
    key: "data",
    env: "ROLLCALL_DATA",
    flag: "--data <folder>",
    about: "the data folder, on a disk of this machine",
    right: "the path of a folder",
  },
  {
    key: "dashboard.host",
    env: "ROLLCALL_HOST",
    flag: "--host <host>",
    about: "where the dashboard listens",
    right: "an address of this computer, such as 127.0.0.1",
  },
  {
    key: "dashboard.port",
    env: "ROLLCALL_PORT",
    flag: "--port <number>",
    about: "the dashboard's port",
    right: "a port, a number from 1 to 65535 (default 7655)",
    isNumber: true,
  },
  {
    key: "dashboard.names",
    env: "ROLLCALL_NAMES",
    about: "the names under which the dashboard may be asked for, besides this computer's own",
    right: "names separated by commas, such as home.lan,192.168.1.5",
  },
  {
    key: "dashboard.proxy",
    env: "ROLLCALL_PROXY",
    about: "the reverse proxy in front of the dashboard, whose X-Forwarded headers are believed",
    right: "IP addresses or networks separated by commas, such as 127.0.0.1 or 172.16.0.0/12",
  },
  {
    key: "collector.health_port",
    env: "ROLLCALL_HEALTH_PORT",
    flag: "--health-port <number>",
    about: "a port of this computer where the collector says how it is",
    right: "a port, a number from 1 to 65535 (leave it out for none)",
    isNumber: true,
  },
  {
    key: "alerts.command",
    env: "ROLLCALL_ALERT_COMMAND",
    about: "run when something is wrong, and when all is well again",
    right: "a command line",
  },
  {
    key: "alerts.webhook",
    env: "ROLLCALL_ALERT_WEBHOOK",
    about: "posted to when something is wrong, and when all is well again",
    right: "an address such as https://example.com/hook",
    // Many services take whoever knows the address for the one who may post.
    isSecret: true,
  },
  {
    key: "alerts.secret",
    env: "ROLLCALL_ALERT_SECRET",
    about: "what posts are signed with",
    right: "some text",
    isSecret: true,
  },
  {
    key: "alerts.after_minutes",
    env: "ROLLCALL_ALERT_AFTER",
    about: "to have recorded nothing for so many minutes is worth a word",
    right: "a number of minutes from 1 to 525600, such as 30",
    isNumber: true,
  },
  {
    key: "log.level",
    env: "ROLLCALL_LOG_LEVEL",
    flag: "--log-level <level>",
    about: "how much the collector says",
    right: "debug, info, warn or error",
  },
  {
    key: "log.format",
    env: "ROLLCALL_LOG_FORMAT",
    flag: "--log-format <format>",
    about: "auto: text on a terminal, JSON elsewhere",
    right: "auto, text or json",
  },
] as const satisfies readonly Words[];

export type SettingKey = (typeof LIST)[number]["key"];

export interface Setting extends Words {
  key: SettingKey;
}

export const SETTINGS: readonly Setting[] = LIST;

/** What holds where nobody says otherwise; the data folder's depends on the platform. */
export const DEFAULTS = {
  "dashboard.host": "127.0.0.1",
  "dashboard.port": 7655,
  "alerts.after_minutes": 30,
  "log.level": "info",
  "log.format": "auto",
} as const satisfies Partial<Record<SettingKey, string | number>>;
