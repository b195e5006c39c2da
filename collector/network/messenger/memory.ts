/**
 * What one sign-in of an account leaves for the next: tickets, where the notification server is, and who this place is.
 * It lives in the process only, and belongs to one account at one server.
 */
import { randomUUID } from "node:crypto";
import { Tickets, type TicketsParts } from "./auth/tickets.ts";
import type { Endpoint } from "./net/link.ts";

export interface AccountMemory {
  /** Where the last sign-in ended; tried first, and forgotten when it fails. */
  notificationServer?: Endpoint | undefined;
  /** Shows neither them nor the password with which they were got. */
  tickets?: Tickets;
  /** The GUID of a place that was made up. */
  placeId?: string;
}

export function emptyMemory(): AccountMemory {
  return {};
}

/** The account's tickets, kept unless somebody has changed what they were got with. */
export function ticketsOf(memory: AccountMemory, parts: TicketsParts): Tickets {
  if (!memory.tickets?.areGotWith(parts)) memory.tickets = new Tickets(parts);
  return memory.tickets;
}

/** A place for an account that has not been given one: the same for all its sessions. */
export function placeOf(memory: AccountMemory): { id: string; name: string } {
  memory.placeId ??= `{${randomUUID()}}`;
  return { id: memory.placeId, name: "Rollcall" };
}
