/** The answer to SYN from MSNP8 to MSNP12: one row for each contact (protocol reference 2.7). */
import type { Dialect } from "../network/messenger/dialects.ts";
import { encodeText } from "../network/messenger/wire/text.ts";
import { type Account, type Directory, nameFor } from "./directory.ts";
import { groupGuid } from "./identity.ts";
import { type Line, line } from "./line.ts";

/** MSNP8 and MSNP9. */
export function* numberedRows(directory: Directory, account: Account, trid: string, known: string): Generator<Line> {
  const { serial, groups } = account;
  if (known === String(serial)) return yield line("SYN", trid, serial);
  const contacts = directory.contactsOf(account);
  yield line("SYN", trid, serial, contacts.length, groups.size);
  yield* settings(account);
  for (const [id, name] of groups) yield line("LSG", id, encodeText(name), 0);
  for (const address of contacts) {
    const name = encodeText(nameFor(directory, account, address));
    const inGroups = [...(account.forward.get(address) ?? [0])].join(",");
    yield line("LST", spelling(directory, address), name, directory.listBits(account, address), inGroups);
    yield* phoneLines(directory, address);
  }
}

/** MSNP10 to MSNP12; the last has one more field, the network. */
export function* guidRows(
  directory: Directory,
  account: Account,
  { number }: Dialect,
  trid: string,
  known: readonly string[],
): Generator<Line> {
  const stamp = timestamp(account);
  if (known[0] === stamp && known[1] === stamp) return yield line("SYN", trid, stamp, stamp);
  const contacts = directory.contactsOf(account);
  yield line("SYN", trid, stamp, stamp, contacts.length, account.groups.size - 1);
  yield* settings(account);
  yield line("PRP", "MFN", encodeText(account.name));
  for (const [id, name] of account.groups) {
    if (id !== 0) yield line("LSG", encodeText(name), groupGuid(account.address, id));
  }
  for (const address of contacts) {
    yield line(
      "LST",
      ...guidRow(directory, account, address),
      ...(number >= 12 ? [1] : []),
      groupList(account, address),
    );
    yield* phoneLines(directory, address);
  }
}

function guidRow(directory: Directory, account: Account, address: string): (string | number)[] {
  const other = directory.account(address);
  const names = [`N=${spelling(directory, address)}`, `F=${encodeText(nameFor(directory, account, address))}`];
  if (account.forward.has(address) && other) names.push(`C=${other.guid}`);
  return [...names, directory.listBits(account, address)];
}

/** Empty for those in no group: the row then ends with a space, as recorded. */
function groupList(account: Account, address: string): string {
  const ids = [...(account.forward.get(address) ?? [])].filter((id) => id !== 0);
  return ids.map((id) => groupGuid(account.address, id)).join(",");
}

function* settings(account: Account): Generator<Line> {
  yield line("GTC", account.prompting);
  yield line("BLP", account.strangers);
  for (const [key, value] of account.phones) yield line("PRP", key, encodeText(value));
}

function* phoneLines(directory: Directory, address: string): Generator<Line> {
  for (const [key, value] of directory.account(address)?.phones ?? []) yield line("BPR", key, encodeText(value));
}

function spelling(directory: Directory, address: string): string {
  return directory.account(address)?.displayAddress ?? address;
}

/** `0` or a timestamp; anything else gets a hang-up. */
export function isSyncValue(text: string): boolean {
  return text === "0" || /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+[+-]\d\d:\d\d$/.test(text);
}

/** When the lists were last changed, as a clock that ticks with every change: the recorded one stands still. */
function timestamp({ serial }: Account): string {
  const at = new Date(Date.UTC(2000, 0, 1) + (serial - 1) * 1000);
  return `${at.toISOString().slice(0, 19)}.0-00:00`;
}
