/** Groups: ADG, RMG, REG, by number in MSNP7 to MSNP9 and by GUID in MSNP10 to MSNP12 (protocol reference 2.10). */
import { decodeText, encodeText } from "../network/messenger/wire/text.ts";
import { type Account, addGroup, groupNamed, groupWithGuid, removeGroup } from "./directory.ts";
import { groupGuid } from "./identity.ts";
import { answer, type Outcome, refuse } from "./list-edits.ts";
import type { Seat } from "./presence.ts";

const MAX_GROUP_NAME_BYTES = 61;
const MAX_GROUPS = 30;

/** `ADG trid name {0}`. */
export function openGroup(seat: Seat, [trid = "0", token = ""]: string[]): Outcome {
  const { account } = seat;
  const problem = problemWithName(account, token);
  if (problem) return refuse(seat, problem, trid);
  if (account.groups.size >= MAX_GROUPS) return refuse(seat, "223", trid);
  const id = addGroup(account, decodeText(token));
  account.serial += 1;
  const name = encodeText(decodeText(token));
  if (isByNumber(seat)) return answer(seat, "ADG", trid, account.serial, name, id, 0);
  return answer(seat, "ADG", trid, name, groupGuid(account.address, id), 0);
}

/** `RMG trid group`. */
export function closeGroup(seat: Seat, [trid = "0", spelled = ""]: string[]): Outcome {
  const { account } = seat;
  const id = findGroup(seat, spelled);
  if (id === undefined) return refuse(seat, "224", trid);
  if (id === 0) return refuse(seat, "230", trid);
  removeGroup(account, id);
  account.serial += 1;
  if (isByNumber(seat)) return answer(seat, "RMG", trid, account.serial, id);
  return answer(seat, "RMG", trid, 1, spelled);
}

/** `REG trid group name {0}`. */
export function renameGroup(seat: Seat, [trid = "0", spelled = "", token = ""]: string[]): Outcome {
  const { account } = seat;
  const id = findGroup(seat, spelled);
  if (id === undefined) return refuse(seat, "224", trid);
  if (id === 0) return refuse(seat, "230", trid);
  const problem = problemWithName(account, token);
  if (problem) return refuse(seat, problem, trid);
  account.groups.set(id, decodeText(token));
  account.serial += 1;
  const name = encodeText(decodeText(token));
  if (isByNumber(seat)) return answer(seat, "REG", trid, account.serial, id, name, 0);
  return answer(seat, "REG", trid, 1, name, spelled, 0);
}

function isByNumber({ dialect }: Seat): boolean {
  return dialect.number < 10;
}

function findGroup(seat: Seat, spelled: string): number | undefined {
  if (!isByNumber(seat)) return groupWithGuid(seat.account, spelled);
  const id = /^\d+$/.test(spelled) ? Number(spelled) : undefined;
  return id !== undefined && seat.account.groups.has(id) ? id : undefined;
}

function problemWithName(account: Account, token: string): string | undefined {
  if (token === "") return "201";
  if (token.length > MAX_GROUP_NAME_BYTES) return "229";
  return groupNamed(account, decodeText(token)) === undefined ? undefined : "228";
}
