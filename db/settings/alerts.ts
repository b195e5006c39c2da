/** Whom to tell when something is wrong, and when. */
import { type Env, readSettings } from "./settings.ts";

export interface AlertSettings {
  command: string | undefined;
  webhook: string | undefined;
  /** What webhooks are signed with. */
  secret: string | undefined;
  /** To have recorded nothing for longer than this is worth a word. */
  silenceMs: number;
}

/** Undefined where nobody is to be told. Throws SettingsError. */
export function alertSettings(env: Env = process.env): AlertSettings | undefined {
  const settings = readSettings(env);
  const [command, webhook] = [settings.get("alerts.command"), settings.get("alerts.webhook")];
  if (command === undefined && webhook === undefined) return undefined;
  return {
    command,
    webhook,
    secret: settings.get("alerts.secret"),
    silenceMs: settings.get("alerts.after_minutes") * 60_000,
  };
}
