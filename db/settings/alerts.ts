/** Whom to tell when something is wrong, and when. */
import { readFileSync } from "node:fs";
import { SettingsError } from "./data-folder.ts";

export interface AlertSettings {
  command: string | undefined;
  webhook: string | undefined;
  /** What webhooks are signed with. */
  secret: string | undefined;
  /** To have recorded nothing for longer than this is worth a word. */
  silenceMs: number;
}

const USUAL_MINUTES = 30;

/**
 * `ROLLCALL_ALERT_COMMAND`, `ROLLCALL_ALERT_WEBHOOK`, `ROLLCALL_ALERT_SECRET` or `ROLLCALL_ALERT_SECRET_FILE`, and
 * `ROLLCALL_ALERT_AFTER` in minutes. Undefined where nobody is to be told. Throws SettingsError.
 */
export function alertSettings(env: Readonly<Record<string, string | undefined>>): AlertSettings | undefined {
  const command = env.ROLLCALL_ALERT_COMMAND || undefined;
  const webhook = env.ROLLCALL_ALERT_WEBHOOK || undefined;
  if (command === undefined && webhook === undefined) return undefined;
  if (webhook !== undefined && !/^https?:$/.test(URL.parse(webhook)?.protocol ?? "")) {
    throw new SettingsError(
      `ROLLCALL_ALERT_WEBHOOK is "${webhook}", which is no address; it should look like https://example.com/hook`,
    );
  }
  return { command, webhook, secret: secretOf(env), silenceMs: minutesOf(env) * 60_000 };
}

function minutesOf({ ROLLCALL_ALERT_AFTER: text }: Readonly<Record<string, string | undefined>>): number {
  const minutes = Number(text || USUAL_MINUTES);
  if (Number.isInteger(minutes) && minutes >= 1) return minutes;
  throw new SettingsError(`ROLLCALL_ALERT_AFTER is "${text}"; it should be a number of minutes, such as 30`);
}

function secretOf(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const file = env.ROLLCALL_ALERT_SECRET_FILE;
  if (!file) return env.ROLLCALL_ALERT_SECRET || undefined;
  let secret: string;
  try {
    secret = readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new SettingsError(
      `cannot read ROLLCALL_ALERT_SECRET_FILE ${file} (${(error as NodeJS.ErrnoException).code})`,
      { cause: error },
    );
  }
  if (secret !== "") return secret;
  throw new SettingsError(`ROLLCALL_ALERT_SECRET_FILE ${file} is empty: it should hold what posts are signed with`);
}
