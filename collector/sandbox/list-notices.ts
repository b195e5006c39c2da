/** What a client is told when lists change without its doing, in the words of its dialect (protocol reference 2.10). */
import type { Dialect } from "../network/messenger/dialects.ts";
import { encodeText } from "../network/messenger/wire/text.ts";
import type { Account, ListName } from "./directory.ts";
import { accountCid, groupGuid, memberIds } from "./identity.ts";
import { type Line, line, payloadLine } from "./line.ts";

const BITS: Readonly<Record<ListName, number>> = { FL: 1, AL: 2, BL: 4, RL: 8, PL: 16 };

/** One change of one of the account's own lists: who went onto it or left it. */
export interface ListChange {
  account: Account;
  list: ListName;
  /** `name`: what the lists call them. */
  other: { address: string; name: string; guid: string };
  group?: number;
}

/** The account's serial must have grown already. */
export function additionLines({ number }: Dialect, change: ListChange, nowMs: number): Line[] {
  const { account, list, other } = change;
  const name = encodeText(other.name);
  if (number >= 13) {
    const payload = contactXml(other.address, BITS[list], `f="${name}" `);
    return [payloadLine(payload, "ADL", 0), bookChanged(account, nowMs)];
  }
  if (number >= 10) {
    const names = [`N=${other.address}`, `F=${name}`];
    const tail = list === "FL" ? [`C=${other.guid}`, ...groupGuids(change)] : [];
    return [line("ADC", 0, list, ...names, ...tail), bookChanged(account, nowMs)];
  }
  const group = list === "FL" && number >= 7 ? [change.group ?? 0] : [];
  const said = line("ADD", 0, list, account.serial, other.address, name, ...group);
  return number >= 8 ? [said, bookChanged(account, nowMs)] : [said];
}

export function removalLines({ number }: Dialect, change: ListChange, nowMs: number): Line[] {
  const { account, list, other } = change;
  if (number >= 13) {
    return [payloadLine(contactXml(other.address, BITS[list], ""), "RML", 0), bookChanged(account, nowMs)];
  }
  if (number >= 10) {
    const who = list === "FL" ? [other.guid, ...groupGuids(change)] : [other.address];
    return [line("REM", 0, list, ...who), bookChanged(account, nowMs)];
  }
  const group = change.group === undefined ? [] : [change.group];
  const said = line("REM", 0, list, account.serial, other.address, ...group);
  return number >= 8 ? [said, bookChanged(account, nowMs)] : [said];
}

function groupGuids({ account, group }: ListChange): string[] {
  return group === undefined || group === 0 ? [] : [groupGuid(account.address, group)];
}

/** Spaced as in the recordings. */
function contactXml(address: string, bits: number, more: string): string {
  const [user = "", domain = ""] = address.split("@");
  return `<ml><d n="${domain}"><c n="${user}" t="1" l="${bits}" ${more}/></d></ml>`;
}

/** The alert that tells a client of the web services' time to fetch its address book again. */
function bookChanged({ address }: Account, nowMs: number): Line {
  const { high, low } = memberIds(address);
  const pid = `0x${hex(low)}:0x${hex(high)}`;
  const changed = `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
  const data = [
    '<NotificationData xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
    "<Service>ABCHInternal</Service>",
    `<CID>${accountCid(address)}</CID>`,
    `<LastModifiedDate>${changed}</LastModifiedDate>`,
    "<HasNewItem>false</HasNewItem>",
    "</NotificationData>",
  ].join("");
  const parts = [
    '<NOTIFICATION id="0" siteid="45705" siteurl="http://contacts.msn.com">',
    `<TO pid="${pid}" name="${address}"><VIA agent="messenger" /></TO>`,
    '<MSG id="0"><SUBSCR url="s.htm" /><ACTION url="a.htm" />',
    `<BODY>${data.replaceAll("<", "&lt;").replaceAll(">", "&gt;")}</BODY>`,
    "</MSG></NOTIFICATION>",
  ];
  return payloadLine(parts.join(""), "NOT");
}

function hex(number: number): string {
  return number.toString(16).padStart(8, "0");
}
