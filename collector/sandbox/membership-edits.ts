/** Lists from MSNP13 on: ADL, RML and FQY with their XML (protocol reference 2.13). */
import type { Account } from "./directory.ts";
import { line, payloadLine } from "./line.ts";
import { type EditParts, type Outcome, refuse } from "./list-edits.ts";
import { type MlContact, type MlProblem, readMl, writeMl } from "./ml.ts";
import type { Seat } from "./presence.ts";

/** Whoever is watched anew is shown at once, before the OK. */
export function addMembers(parts: EditParts, seat: Seat, trid: string, payload: Uint8Array): Outcome {
  const ml = readMl(payload);
  if ("problem" in ml) return complain(seat, trid, ml.problem);
  // The first one of a session tells what the web services have told before: believed, and not looked at.
  if (ml.isInitial) return done(seat, "ADL", trid);
  const unknown: MlContact[] = [];
  for (const contact of ml.contacts) {
    const other = parts.directory.account(contact.address);
    if (other) addMember(parts, seat, trid, other, contact.bits);
    else unknown.push(contact);
  }
  if (unknown.length === 0) return done(seat, "ADL", trid);
  seat.tell(payloadLine(writeMl(unknown), "208", trid));
  return "answered";
}

function addMember({ keeper, presence }: EditParts, seat: Seat, trid: string, other: Account, bits: number): void {
  const { account } = seat;
  if (bits & 1) {
    keeper.watch(account, other, 0, seat);
    if (presence.isStarted(seat)) seat.tell(...presence.snapshotOf(seat, other.address, trid));
  }
  if (bits & 2) keeper.add(account, "AL", other.address, seat);
  if (bits & 4) keeper.add(account, "BL", other.address, seat);
}

/** Removing whoever is not there is as good as done: the web services may have been faster. */
export function removeMembers({ keeper }: EditParts, seat: Seat, trid: string, payload: Uint8Array): Outcome {
  const ml = readMl(payload);
  if ("problem" in ml) return complain(seat, trid, ml.problem);
  for (const { address, bits } of ml.contacts) {
    if (bits & 1) keeper.unwatch(seat.account, address, undefined, seat);
    if (bits & 2) keeper.remove(seat.account, "AL", address, seat);
    if (bits & 4) keeper.remove(seat.account, "BL", address, seat);
  }
  return done(seat, "RML", trid);
}

/** Which network somebody is on: here all are on the first. Who does not exist is left out. */
export function findNetworks({ directory }: EditParts, seat: Seat, trid: string, payload: Uint8Array): Outcome {
  const ml = readMl(payload);
  if ("problem" in ml) return complain(seat, trid, ml.problem);
  const known = ml.contacts.filter(({ address }) => directory.account(address));
  seat.tell(payloadLine(writeMl(known.map(({ address }) => ({ address, bits: 0 }))), "FQY", trid));
  return "answered";
}

function done(seat: Seat, verb: string, trid: string): Outcome {
  seat.tell(line(verb, trid, "OK"));
  return "answered";
}

function complain(seat: Seat, trid: string, { code, contacts }: MlProblem): Outcome {
  if (contacts.length > 0) seat.tell(payloadLine(writeMl(contacts), code, trid));
  else refuse(seat, code, trid);
  return code === "240" ? "hang-up" : "answered";
}
