/**
 * The first status, which opens the session to presence. No dialect marks the end of the snapshot, so a ping goes out
 * right behind it: servers answer in order, and what comes before that answer is the snapshot (protocol reference 2.11).
 */
import { hasPlaces } from "../dialects.ts";
import { endpointPayload, privateEndpointPayload } from "../presence/own-details.ts";
import type { OwnStatus } from "../session-api.ts";
import type { Attempt } from "./attempt.ts";

/** What CHG is sent with. Some servers ignore one without capabilities from MSNP8 on. */
export function statusParams(attempt: Attempt, status: string): string[] {
  const { capabilities } = attempt.dialect;
  if (capabilities === undefined) return [status];
  return hasPlaces(attempt.dialect) ? [status, capabilities, "0"] : [status, capabilities];
}

export interface FirstStatusEvents {
  /** Sends the ping that is the barrier. */
  ping(): void;
  /** The server's echo. */
  confirmed(code: string): void;
}

export function showFirstStatus(attempt: Attempt, status: OwnStatus, { ping, confirmed }: FirstStatusEvents): void {
  attempt.part = "status";
  if (hasPlaces(attempt.dialect)) tellPlace(attempt, status);
  attempt.ask("CHG", statusParams(attempt, status), ({ params }) => confirmed(params[1] ?? status));
  ping();
}

/** What this place can do, and what the account's other places may know of it. The answers say nothing. */
function tellPlace({ connection, dialect, options }: Attempt, status: OwnStatus): void {
  connection.send("UUX", [], endpointPayload(dialect.capabilities ?? ""));
  connection.send("UUX", [], privateEndpointPayload({ name: options.place().name, isIdle: false, state: status }));
}
