/** What a client of MSNP2 to MSNP9 may change about its own lists: ADD, REM, REA (protocol reference 2.8 to 2.10). */
import { decodeText, encodeText } from "../network/messenger/wire/text.ts";
import type { Account, Directory } from "./directory.ts";
import { line } from "./line.ts";
import type { ListKeeper } from "./list-keeper.ts";
import type { Presence, Seat } from "./presence.ts";

/** Longer names, encoded, get an instant disconnect (protocol reference 1.6). */
export const MAX_NAME_BYTES = 387;

/** The answer was sent, or the connection has to be closed without one. */
export type Outcome = "answered" | "hang-up";

export interface EditParts {
  directory: Directory;
  presence: Presence;
  keeper: ListKeeper;
}

/** `ADD trid list address name {group}`. Adding someone again is answered like the first time (msnp02-bad-input). */
export function addContact({ directory, keeper }: EditParts, seat: Seat, params: string[]): Outcome {
  const [trid = "0", list, spelled, name, group] = params;
  const { account } = seat;
  const other = directory.account(spelled ?? "");
  if (!spelled || name === undefined || name.length > MAX_NAME_BYTES) return "hang-up";
  if (list !== "FL" && list !== "AL" && list !== "BL") return "hang-up";
  if (!other) return refuse(seat, "205", trid);
  if (list === "FL" && group !== undefined && !account.groups.has(Number(group))) return refuse(seat, "224", trid);
  if (list === "FL") keeper.watch(account, other, Number(group ?? 0), seat);
  else keeper.add(account, list, other.address, seat);
  const tail = group === undefined ? [] : [group];
  const said = [list, account.serial, other.address, encodeText(decodeText(name)), ...tail];
  return answer(seat, "ADD", trid, ...said);
}

/** `REM trid list address {group}`. */
export function removeContact({ keeper }: EditParts, seat: Seat, params: string[]): Outcome {
  const [trid = "0", list, spelled = "", group] = params;
  const { account } = seat;
  const address = spelled.toLowerCase();
  if (list !== "FL" && list !== "AL" && list !== "BL") return "hang-up";
  const isKnown = { FL: account.forward, AL: account.allow, BL: account.block }[list].has(address);
  if (!isKnown) return refuse(seat, "216", trid);
  if (list === "FL") {
    const number = group === undefined ? undefined : Number(group);
    if (!keeper.unwatch(account, address, number, seat)) return refuse(seat, "225", trid);
  } else keeper.remove(account, list, address, seat);
  return answer(seat, "REM", trid, list, account.serial, address, ...(group === undefined ? [] : [group]));
}

/** `REA trid address name`: on the own address the own name; on a contact's, that contact's name for me alone. */
export function renameSomebody({ presence }: EditParts, seat: Seat, params: string[]): Outcome {
  const [trid = "0", spelled = "", token] = params;
  if (token === undefined || token.length > MAX_NAME_BYTES) return "hang-up";
  const { account } = seat;
  const name = decodeText(token);
  const address = spelled.toLowerCase();
  account.serial += 1;
  answer(seat, "REA", trid, account.serial, spelled, encodeText(name));
  if (address === account.address) renameOwn(presence, seat, name);
  else if (account.forward.has(address)) account.aliases.set(address, name);
  return "answered";
}

export function renameOwn(presence: Presence, seat: Seat, name: string): void {
  const account: Account = seat.account;
  account.name = name;
  presence.rename(account, seat);
}

export function refuse(seat: Seat, code: string, trid: string): Outcome {
  return answer(seat, code, trid);
}

export function answer(seat: Seat, verb: string, ...params: (string | number)[]): Outcome {
  seat.tell(line(verb, ...params));
  return "answered";
}
