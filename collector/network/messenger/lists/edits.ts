/**
 * What a client does to watch somebody, to let them see us, or not to (protocol reference 2.10 and 2.13): which lists
 * they join and leave, and the commands for it. Blocking somebody is putting them on the block list and taking them off
 * the allow list: a server refuses people who are on both.
 */
import type { ListsMethod } from "../dialects.ts";
import type { ListedContact, ListName } from "../events.ts";
import { encodeText } from "../wire/text.ts";
import { codeOfList, LIST_BITS } from "./list-bits.ts";
import { changeMl, type MlPerson } from "./ml.ts";

/** `watch` also lets them see us, unless they are blocked; `allow` also ends a block. */
export type ListEdit = "watch" | "stop-watching" | "allow" | "block";

export interface EditPlan {
  /** Done first. */
  leave: readonly ListName[];
  join: readonly ListName[];
}

/** Only what changes something; `contact`: as they are listed now. */
export function planEdit(edit: ListEdit, contact: Pick<ListedContact, "lists"> | undefined): EditPlan {
  const lists = contact?.lists ?? [];
  const wish = wishFor(edit, lists);
  return {
    leave: wish.leave.filter((list) => lists.includes(list)),
    join: wish.join.filter((list) => !lists.includes(list)),
  };
}

/** Whatever is decided about somebody who waits for it, they wait no more. */
function wishFor(edit: ListEdit, lists: readonly ListName[]): EditPlan {
  switch (edit) {
    case "watch":
      return { leave: ["pending"], join: lists.includes("block") ? ["forward"] : ["forward", "allow"] };
    case "stop-watching":
      return { leave: ["forward"], join: [] };
    case "allow":
      return { leave: ["pending", "block"], join: ["allow"] };
    case "block":
      return { leave: ["pending", "allow"], join: ["block"] };
    default:
      return edit satisfies never;
  }
}

export interface EditCommand {
  verb: "ADD" | "ADC" | "REM";
  params: readonly string[];
}

/** Whom an edit is about. */
export interface EditedPerson {
  address: string;
  /** What to call somebody new; their address when absent. */
  name?: string | undefined;
  /** As the server calls somebody on the forward list, MSNP10 to MSNP12. */
  contactId?: string | undefined;
}

/**
 * The commands of MSNP2 to MSNP12, each to be answered before the next is sent. A server that says 215 (is there) or
 * 216 (is not) has nothing left to do.
 */
export function editCommands(
  method: Exclude<ListsMethod, "address-book">,
  { leave, join }: EditPlan,
  person: EditedPerson,
): EditCommand[] {
  const hasGuids = method === "rows-with-guids";
  // Before MSNP10 nobody waits for a decision.
  const left = leave.filter((list) => hasGuids || list !== "pending");
  return [
    ...left.map((list) => removal(list, person, hasGuids)),
    ...join.map((list) => (hasGuids ? additionWithGuids(list, person) : addition(list, person))),
  ];
}

function removal(list: ListName, { address, contactId }: EditedPerson, hasGuids: boolean): EditCommand {
  const who = hasGuids && list === "forward" ? (contactId ?? address) : address;
  return { verb: "REM", params: [codeOfList(list), encodeAddress(who)] };
}

/** `ADD trid FL bob@x.com Bob` */
function addition(list: ListName, person: EditedPerson): EditCommand {
  return { verb: "ADD", params: [codeOfList(list), encodeAddress(person.address), encodeName(person)] };
}

/** `ADC trid FL N=bob@x.com F=Bob`, `ADC trid AL N=bob@x.com` */
function additionWithGuids(list: ListName, person: EditedPerson): EditCommand {
  const params = [codeOfList(list), `N=${encodeAddress(person.address)}`];
  return { verb: "ADC", params: list === "forward" ? [...params, `F=${encodeName(person)}`] : params };
}

function encodeName({ address, name }: EditedPerson): string {
  return name === undefined ? encodeAddress(address) : encodeText(name);
}

/** Addresses travel as they are; what would end the parameter does not. */
function encodeAddress(address: string): string {
  return encodeText(address).replaceAll("%40", "@").replaceAll("%3A", ":").replaceAll("%2B", "+");
}

/** The payloads that tell the server, MSNP13 on, after the address book has been edited: `RML` first, then `ADL`. */
export function editPayloads(
  { leave, join }: EditPlan,
  person: Omit<MlPerson, "bits">,
): { rml: Buffer[]; adl: Buffer[] } {
  return { rml: payloadsFor(leave, person), adl: payloadsFor(join, person) };
}

/** Only the forward, allow and block lists are the client's to tell. */
function payloadsFor(lists: readonly ListName[], person: Omit<MlPerson, "bits">): Buffer[] {
  let bits = 0;
  for (const list of lists) bits |= LIST_BITS[list] & 7;
  return changeMl([{ ...person, bits }]);
}
