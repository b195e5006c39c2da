/** The answer to SYN below MSNP8: settings, groups and the four lists, in the recorded order (protocol reference 2.7). */
import type { Dialect } from "../network/messenger/dialects.ts";
import { encodeText } from "../network/messenger/wire/text.ts";
import { type Account, type Directory, type ListName, nameFor } from "./directory.ts";
import { type Line, line } from "./line.ts";
import { guidRows, numberedRows } from "./roster-rows.ts";

const LISTS: readonly ListName[] = ["FL", "AL", "BL", "RL"];

/** `known` is what the client has cached: one serial, or two timestamps from MSNP10 on. */
export function rosterLines(
  directory: Directory,
  account: Account,
  dialect: Dialect,
  trid: string,
  known: readonly string[],
): Iterable<Line> {
  switch (dialect.lists) {
    case "rows-by-list":
      return listRows(directory, account, dialect, trid, known[0] ?? "0");
    case "rows-by-contact":
      return numberedRows(directory, account, trid, known[0] ?? "0");
    case "rows-with-guids":
      return guidRows(directory, account, dialect, trid, known);
    case "address-book":
      return [line("502", trid)];
    default:
      return dialect.lists satisfies never;
  }
}

/** When the serial is current, only the SYN line is said. */
function* listRows(
  directory: Directory,
  account: Account,
  dialect: Dialect,
  trid: string,
  known: string,
): Generator<Line> {
  const { serial } = account;
  yield line("SYN", trid, serial);
  if (known === String(serial)) return;
  yield line("GTC", trid, serial, account.prompting);
  yield line("BLP", trid, serial, account.strangers);
  if (dialect.number >= 5) {
    for (const [key, value] of account.phones) yield line("PRP", trid, serial, key, encodeText(value));
  }
  if (dialect.number >= 7) yield* groupLines(account, trid);
  for (const list of LISTS) yield* listLines(directory, account, dialect, trid, list);
}

function* groupLines({ groups, serial }: Account, trid: string): Generator<Line> {
  let index = 0;
  for (const [id, name] of groups) {
    index += 1;
    yield line("LSG", trid, serial, index, groups.size, id, encodeText(name), 0);
  }
}

/** One list, also on request: `LST trid RL`. */
export function* listLines(
  directory: Directory,
  account: Account,
  dialect: Dialect,
  trid: string,
  list: ListName,
): Generator<Line> {
  const members = [...directory.membersOf(account, list)];
  if (members.length === 0) yield line("LST", trid, list, account.serial, 0, 0);
  for (const [at, address] of members.entries()) {
    const other = directory.account(address);
    const name = encodeText(nameFor(directory, account, address));
    const isGrouped = list === "FL" && dialect.number >= 7;
    const groups = isGrouped ? [[...(account.forward.get(address) ?? [0])].join(",")] : [];
    const spelled = other?.displayAddress ?? address;
    yield line("LST", trid, list, account.serial, at + 1, members.length, spelled, name, ...groups);
    if (list !== "FL" || dialect.number < 5) continue;
    for (const [key, value] of other?.phones ?? []) {
      yield line("BPR", account.serial, spelled, key, encodeText(value));
    }
  }
}
