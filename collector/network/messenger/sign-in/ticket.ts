/**
 * MSNP8 on: the server names a challenge or a policy, a web service gives a ticket for it, and the ticket is shown to the
 * server (protocol reference 2.4). Where the ticket comes from is all that differs, and that MSNP15 wants a proof with it.
 *
 *   passport, tokens   USR n TWN I address   USR n TWN S challenge      USR n TWN S ticket
 *   sso                USR n SSO I address   USR n SSO S policy nonce   USR n SSO S ticket blob {place}
 */
import { CredentialsRefused } from "../auth/credentials.ts";
import { ssoBlob } from "../auth/sso.ts";
import type { Ticket } from "../auth/ticket.ts";
import { type Dialect, hasPlaces } from "../dialects.ts";
import { explainRefusal, lost, refusedCredentials } from "../errors.ts";
import { ticketsOf } from "../memory.ts";
import type { Attempt } from "./attempt.ts";
import { notUnderstood } from "./greeting.ts";

export function signInWithTicket(attempt: Attempt, done: (ok: readonly string[]) => void): void {
  const { address } = attempt.options;
  const method = attempt.dialect.signIn === "sso" ? "SSO" : "TWN";
  attempt.ask("USR", [method, "I", address], ({ params }) => {
    const [, said, step, challenge, nonce] = params;
    if (said !== method || step !== "S" || challenge === undefined || (method === "SSO" && nonce === undefined)) {
      return attempt.failToUnderstand(notUnderstood("USR", params));
    }
    fetchTicket(attempt, challenge, (ticket) => {
      showTicket(attempt, [method, "S", ...proof(attempt, ticket, nonce)], ticket, done);
    });
  });
}

function fetchTicket(attempt: Attempt, challenge: string, then: (ticket: Ticket) => void): void {
  const { address } = attempt.options;
  const { dialect } = attempt;
  attempt.use(
    serviceOf(dialect),
    (signal) => ticketsFor(attempt).forSignIn(dialect, challenge, signal),
    then,
    (error) => {
      if (!(error instanceof CredentialsRefused)) return false;
      attempt.fail({ end: refusedCredentials(address, error.message, dialect.signIn), next: "stop" });
      return true;
    },
  );
}

function showTicket(
  attempt: Attempt,
  params: readonly string[],
  ticket: Ticket,
  done: (ok: readonly string[]) => void,
): void {
  const tickets = ticketsFor(attempt);
  attempt.ask(
    "USR",
    params,
    (reply) => {
      tickets.accepted(ticket);
      done(reply.params);
    },
    {
      refused: ({ verb: code }) => {
        if (code !== "911" && code !== "928") return false;
        if (tickets.refused(ticket)) {
          const end = explainRefusal(code, "USR", attempt.options.address, attempt.dialect.signIn);
          attempt.fail({ end, next: "fresh-ticket" });
        } else {
          // Whoever gave the ticket has just taken the password for right: it is not the credentials.
          const message = `the server refused the ticket that its own ${SERVICE_WORDS[serviceOf(attempt.dialect)]} had just given (error ${code})`;
          attempt.fail({ end: lost(message), next: "next-dialect" });
        }
        return true;
      },
    },
  );
}

/** The ticket as it is, and from MSNP15 on the proof that it is ours. */
function proof({ dialect, options }: Attempt, ticket: Ticket, nonce: string | undefined): string[] {
  if (ticket.secret === undefined || nonce === undefined || dialect.signIn !== "sso") return [ticket.value];
  const blob = ssoBlob({ secret: ticket.secret, nonce });
  return hasPlaces(dialect) ? [ticket.value, blob, options.place().id] : [ticket.value, blob];
}

export function ticketsFor({ options, parts }: Attempt) {
  const { address, password, services, memory } = options;
  const { http, clock } = parts;
  return ticketsOf(memory, { http, clock, services, credentials: { address, password } });
}

const SERVICE_WORDS = { nexus: "login server", rst: "token service" } as const;

function serviceOf({ signIn }: Dialect): "nexus" | "rst" {
  return signIn === "passport" ? "nexus" : "rst";
}
