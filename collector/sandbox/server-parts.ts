/** What all of the server's connections share: among themselves, and with the web services. */
import type { Dialect } from "../network/messenger/dialects.ts";
import type { Faults } from "./faults.ts";
import type { Endpoints } from "./referral.ts";
import type { Switchboards } from "./switchboards.ts";
import type { WebParts } from "./web/services.ts";

export interface ServerParts extends WebParts {
  /** Best first. */
  dialects: readonly Dialect[];
  switchboards: Switchboards;
  faults: Faults;
  /** Whether to ask CHL after the first CHG; the recorded server never does. */
  challenges: boolean;
  /** Keeps an offline message and announces it to whoever it is for, if they are signed in. */
  leaveMessage(to: string, message: { from: string; fromName: string; text: string }): void;
  /** Where clients are referred to, as it is now. */
  endpoints(): Endpoints;
}
