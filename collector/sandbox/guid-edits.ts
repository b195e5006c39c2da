/** What a client may change about its own lists from MSNP10 on: ADC, REM, SBP (protocol reference 2.9 and 2.10). */
import { decodeText, encodeText } from "../network/messenger/wire/text.ts";
import { type Account, type Directory, groupWithGuid } from "./directory.ts";
import { answer, type EditParts, MAX_NAME_BYTES, type Outcome, refuse } from "./list-edits.ts";
import type { Seat } from "./presence.ts";

/** `ADC trid list N=address {F=name}`, or `ADC trid FL C=guid group-guid` to put somebody into a group. */
export function addWithGuid(parts: EditParts, seat: Seat, params: string[]): Outcome {
  const [trid = "0", list, ...rest] = params;
  const named = readNamed(rest);
  if (list === "RL") return acceptPending(parts, seat, trid, named.N ?? "");
  if (list !== "FL" && list !== "AL" && list !== "BL" && list !== "PL") return "hang-up";
  if ((named.F?.length ?? 0) > MAX_NAME_BYTES) return "hang-up";
  const other = findContact(parts.directory, named);
  if (!other) return refuse(seat, "208", trid);
  if (list === "FL") return watchWithGuid(parts, seat, trid, other, named);
  parts.keeper.add(seat.account, list, other.address, seat);
  return answer(seat, "ADC", trid, list, `N=${other.address}`);
}

function watchWithGuid({ keeper }: EditParts, seat: Seat, trid: string, other: Account, named: Named): Outcome {
  const { account } = seat;
  const group = named.group === undefined ? 0 : groupWithGuid(account, named.group);
  if (group === undefined) return refuse(seat, "224", trid);
  // Recorded: a newcomer goes by their own name, whatever was asked for; somebody known gets the name.
  const isKnown = account.forward.has(other.address);
  keeper.watch(account, other, group, seat);
  if (named.C !== undefined)
    return answer(seat, "ADC", trid, "FL", `C=${other.guid}`, ...(named.group ? [named.group] : []));
  const name = isKnown && named.F !== undefined ? decodeText(named.F) : other.name;
  return answer(seat, "ADC", trid, "FL", `N=${other.address}`, `F=${encodeText(name)}`, `C=${other.guid}`);
}

/** Somebody who waited is no longer pending: they are on the reverse list, where they have been all along. */
function acceptPending({ directory, keeper }: EditParts, seat: Seat, trid: string, address: string): Outcome {
  const other = directory.account(address);
  if (seat.dialect.number < 11 || !other) return "hang-up";
  if (!keeper.remove(seat.account, "PL", other.address, seat)) return "hang-up";
  return answer(seat, "ADC", trid, "RL", `N=${other.address}`, `F=${encodeText(other.name)}`);
}

/** `REM trid FL guid {group-guid}`, `REM trid AL address`. */
export function removeWithGuid({ directory, keeper }: EditParts, seat: Seat, params: string[]): Outcome {
  const [trid = "0", list, who = "", groupId] = params;
  const { account } = seat;
  if (list === "AL" || list === "BL" || list === "PL") {
    if (!keeper.remove(account, list, who.toLowerCase(), seat)) return refuse(seat, "216", trid);
    return answer(seat, "REM", trid, list, who.toLowerCase());
  }
  if (list !== "FL") return "hang-up";
  const other = directory.accountWithGuid(who) ?? directory.account(who);
  if (!other || !account.forward.has(other.address)) return refuse(seat, "216", trid);
  const group = groupId === undefined ? undefined : groupWithGuid(account, groupId);
  if (groupId !== undefined && group === undefined) return refuse(seat, "224", trid);
  if (!keeper.unwatch(account, other.address, group, seat)) return refuse(seat, "225", trid);
  return answer(seat, "REM", trid, "FL", who, ...(groupId === undefined ? [] : [groupId]));
}

/** `SBP trid guid MFN name`: the owner's own name for a contact. An empty GUID gets a hang-up (protocol reference 5). */
export function renameContact({ directory }: EditParts, seat: Seat, params: string[]): Outcome {
  const [trid = "0", guid = "", key, value] = params;
  const other = directory.accountWithGuid(guid);
  if (!other || key === undefined || value === undefined || value.length > MAX_NAME_BYTES) return "hang-up";
  if (key === "MFN") seat.account.aliases.set(other.address, decodeText(value));
  seat.account.serial += 1;
  return answer(seat, "SBP", trid, guid, key, encodeText(decodeText(value)));
}

interface Named {
  N?: string;
  F?: string;
  C?: string;
  group?: string;
}

function readNamed(tokens: readonly string[]): Named {
  const named: Named = {};
  for (const token of tokens) {
    const [, prefix, value = ""] = /^([NFC])=(.*)$/.exec(token) ?? [];
    if (prefix === "N" || prefix === "F" || prefix === "C") named[prefix] = value;
    else named.group = token;
  }
  return named;
}

function findContact(directory: Directory, { N, C }: Named): Account | undefined {
  if (C !== undefined) return directory.accountWithGuid(C);
  return N === undefined ? undefined : directory.account(N);
}
