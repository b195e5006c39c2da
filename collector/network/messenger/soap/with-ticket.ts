/** Asking a service with the ticket there is and, when it refuses that one, once more with a new one. */
import type { Ticket } from "../auth/ticket.ts";
import type { ServiceDomain, Tickets } from "../auth/tickets.ts";
import { SoapError } from "./call.ts";

export type ServiceTickets = Pick<Tickets, "forService" | "refused" | "accepted">;

/** Throws what getting a ticket throws, and what `ask` throws; a refusal only when the new ticket was refused, too. */
export async function withTicket<Answer>(
  tickets: ServiceTickets,
  domain: ServiceDomain,
  ask: (ticket: Ticket) => Promise<Answer>,
  signal?: AbortSignal,
): Promise<Answer> {
  for (;;) {
    const ticket = await tickets.forService(domain, signal);
    try {
      const answer = await ask(ticket);
      tickets.accepted(ticket);
      return answer;
    } catch (error) {
      const isRefused = error instanceof SoapError && error.kind === "ticket-refused";
      if (!isRefused || !tickets.refused(ticket)) throw error;
    }
  }
}
