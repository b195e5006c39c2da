/** What one user's client sends another's by way of the notification server: UUN and UUM (protocol reference 2.12, 2.17). */
import type { Frame } from "../network/messenger/wire/frame.ts";
import { allows } from "./directory.ts";
import { placeId } from "./identity.ts";
import { payloadLine } from "./line.ts";
import { answer, type Outcome, refuse } from "./list-edits.ts";
import type { Seat } from "./presence.ts";
import type { ServerParts } from "./server-parts.ts";

const SIGN_OUT_TYPE = "4";
const SIGN_OUT_ONE = "goawyplzthxbye";
const SIGN_OUT_ALL = "gtfo";

/** `UUN trid address{;place} type length`: to every place of somebody, or to one. */
export function sendBlob(parts: ServerParts, seat: Seat, { params, payload = new Uint8Array() }: Frame): Outcome {
  const [trid = "0", spelled = "", type = ""] = params;
  const [address = "", guid] = spelled.toLowerCase().split(";");
  const receiver = parts.directory.account(address);
  const text = Buffer.from(payload).toString("latin1");
  const wanted = placeId(guid);
  const seats = parts.presence
    .startedSeatsOf(address)
    .filter(({ place, dialect }) => dialect.number >= 13 && (text === SIGN_OUT_ALL || !wanted || place === wanted));
  if (!receiver || seats.length === 0 || !allows(receiver, seat.account.address)) return refuse(seat, "217", trid);
  answer(seat, "UUN", trid, "OK");
  const from = seat.place ? `${seat.account.address};${seat.place}` : seat.account.address;
  for (const one of seats) one.tell(payloadLine(payload, "UBN", from, type));
  const isSignOut = type === SIGN_OUT_TYPE && (text === SIGN_OUT_ONE || text === SIGN_OUT_ALL);
  if (isSignOut && receiver === seat.account) for (const one of seats) signOut(parts, one);
  return "answered";
}

/** Clients leave by themselves when they read it; the server makes sure. */
function signOut({ presence }: ServerParts, seat: Seat): void {
  seat.dismiss("OTH");
  presence.leave(seat);
}

/** `UUM trid address network type length` (MSNP18): text for somebody who is signed out is kept for them. */
export function sendOffline(parts: ServerParts, seat: Seat, { params, payload = new Uint8Array() }: Frame): Outcome {
  const [trid = "0", address = "", , type] = params;
  const receiver = parts.directory.account(address);
  if (!receiver) return refuse(seat, "208", trid);
  const { account } = seat;
  if (type === "1" && allows(receiver, account.address)) {
    const text = Buffer.from(payload).toString("utf8").split("\r\n\r\n").slice(1).join("\r\n\r\n");
    parts.leaveMessage(receiver.address, { from: account.address, fromName: account.name, text });
  }
  return answer(seat, "UUM", trid, "OK");
}
