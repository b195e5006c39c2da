import { parseZone } from "../../db/export/query.ts";
import { SettingsError } from "../../db/settings/data-folder.ts";

export interface ZoneChoice {
  zone: string;
  /** What `?tz=` said when it cannot be used. */
  refused: string | undefined;
}

/** The zone that `?tz=` names, or else the server's own. */
export function chooseZone(asked: string | null | undefined, own: string = Temporal.Now.timeZoneId()): ZoneChoice {
  if (!asked) return { zone: own, refused: undefined };
  try {
    parseZone(asked);
    // In the spelling that was asked for: Intl would turn Asia/Kathmandu into Asia/Katmandu.
    const zone = Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(asked).timeZoneId;
    return { zone, refused: undefined };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { zone: own, refused: asked.slice(0, 60) };
  }
}
