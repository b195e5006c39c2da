/**
 * What one sign-in of an account leaves for the next: tickets, where the notification server is, and where the login
 * server is. It lives in the process only, and belongs to one account as it is configured: whoever changes the server
 * or the password begins with an empty one.
 */
import { randomUUID } from "node:crypto";
import type { Endpoint } from "./net/link.ts";

export interface AccountMemory {
  /** Where the last sign-in ended; tried first, and forgotten when it fails. */
  notificationServer?: Endpoint | undefined;
  /** The GUID of a place that was made up. */
  placeId?: string;
}

export function emptyMemory(): AccountMemory {
  return {};
}

/** A place for an account that has not been given one: the same for all its sessions. */
export function placeOf(memory: AccountMemory): { id: string; name: string } {
  memory.placeId ??= `{${randomUUID()}}`;
  return { id: memory.placeId, name: "Rollcall" };
}
