/**
 * Who asks, from the gate to the pages behind it: one request header, which the gate writes itself and takes out of
 * whatever comes in. Both run in one process, and nobody else can speak to Next, so there is nothing to sign.
 */
import type { IncomingMessage } from "node:http";

export const CALLER_HEADER = "x-rollcall-caller";

/** The owner's browser, a guest's, or a program with a token: that it may do what it asks, the gate has made sure of already. */
export type Caller =
  | { kind: "owner"; sessionId: string }
  | { kind: "guest"; name: string }
  | { kind: "token"; name: string; scope: "read" | "write" };

/** Takes out what a stranger wrote there, and writes who it is. Undefined: nobody we know. */
export function stamp(request: Pick<IncomingMessage, "headers">, caller: Caller | undefined): void {
  for (const name of Object.keys(request.headers)) if (name.startsWith("x-rollcall-")) delete request.headers[name];
  if (caller) request.headers[CALLER_HEADER] = encodeURIComponent(JSON.stringify(caller));
}

/** What `stamp` wrote. Throws Error when it wrote nothing: then something came past the gate. */
export function readStamp(header: string | null): Caller {
  if (header === null) throw new Error("the request carries no caller, so it did not come through the gate");
  return JSON.parse(decodeURIComponent(header)) as Caller;
}
