import "server-only";
import { CALLER_HEADER, type Caller, readStamp } from "../gate/identity.ts";

/** Who asks, as the gate knows them. Throws Error when the request did not come through the gate. */
export function callerOf(headers: Pick<Headers, "get">): Caller {
  return readStamp(headers.get(CALLER_HEADER));
}

/** The owner's session. The gate lets nobody else to what asks for it; that is made sure of here. Throws Error. */
export function ownerOf(headers: Pick<Headers, "get">): { sessionId: string } {
  const caller = callerOf(headers);
  if (caller.kind !== "owner") throw new Error(`this is for the owner, and a ${caller.kind} asked`);
  return caller;
}
