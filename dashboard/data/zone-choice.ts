import { parseZone } from "../../db/export/query.ts";
import { SettingsError } from "../../db/settings/settings-error.ts";

export interface ZoneChoice {
  zone: string;
  /** What `?tz=` said when it cannot be used. */
  refused: string | undefined;
}

/** The zone that `?tz=` names, or else the server's own. */
export function chooseZone(asked: string | null | undefined, own: string = Temporal.Now.timeZoneId()): ZoneChoice {
  if (!asked) return { zone: own, refused: undefined };
  try {
    return { zone: parseZone(asked), refused: undefined };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { zone: own, refused: asked.slice(0, 60) };
  }
}
