/**
 * Numbers and GUIDs of accounts and groups. They are made from the address, so that they are the same whenever and
 * wherever the sandbox runs, and nothing has to be kept.
 */
import { createHash } from "node:crypto";

/** The contact id of an account, the same on everybody's list (as in msnp11-presence). */
export function accountGuid(address: string): string {
  return guidFrom(`account ${address.toLowerCase()}`);
}

/** Stays when the group is renamed. Group 0, "Other Contacts", has none from MSNP10 on. */
export function groupGuid(address: string, group: number): string {
  return guidFrom(`group ${group} of ${address.toLowerCase()}`);
}

/** `MemberIdHigh` and `MemberIdLow` of the profile: the first and the last 32 bits of the account's GUID. */
export function memberIds(address: string): { high: number; low: number } {
  const guid = accountGuid(address);
  return { high: Number.parseInt(guid.slice(0, 8), 16), low: Number.parseInt(guid.slice(-8), 16) };
}

/** The CID of the web services: 64 bits, signed. */
export function accountCid(address: string): bigint {
  return createHash("sha256").update(`cid ${address.toLowerCase()}`).digest().readBigInt64BE();
}

/** The GUID of one of an account's places as everybody is told it: lower-case, in braces. */
export function placeId(spelled: string | undefined): string | undefined {
  const [, guid] = /^\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?$/i.exec(spelled ?? "") ?? [];
  return guid && `{${guid.toLowerCase()}}`;
}

function guidFrom(text: string): string {
  const hex = createHash("sha256").update(text, "utf8").digest("hex");
  const variant = "89ab"[Number.parseInt(hex[16] ?? "0", 16) % 4];
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join("-");
}
