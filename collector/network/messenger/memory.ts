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
  tickets?: { tickets: Tickets; parts: TicketsParts };
  /** The GUID of a place that was made up. */
  placeId?: string;
}

export function emptyMemory(): AccountMemory {
  return {};
}

/** The account's tickets, kept unless somebody has changed what they were got with. */
export function ticketsOf(memory: AccountMemory, parts: TicketsParts): Tickets {
  const kept = memory.tickets;
  if (kept && isSame(kept.parts, parts)) return kept.tickets;
  const tickets = new Tickets(parts);
  memory.tickets = { tickets, parts };
  return tickets;
}

function isSame(before: TicketsParts, now: TicketsParts): boolean {
  return (
    before.http === now.http &&
    before.credentials.address === now.credentials.address &&
    before.credentials.password === now.credentials.password &&
    before.services.nexus === now.services.nexus &&
    before.services.rst === now.services.rst
  );
}

/** A place for an account that has not been given one: the same for all its sessions. */
export function placeOf(memory: AccountMemory): { id: string; name: string } {
  memory.placeId ??= `{${randomUUID()}}`;
  return { id: memory.placeId, name: "Rollcall" };
}
