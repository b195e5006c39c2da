/** The answer to SYN: settings, groups and the four lists, in the recorded order (protocol reference 2.7). */
import { encodeText } from "../network/messenger/wire/text.ts";
import type { Account, Directory, ListName } from "./directory.ts";
import type { Dialect } from "./greeting.ts";

const LISTS: readonly ListName[] = ["FL", "AL", "BL", "RL"];

export type Line = [verb: string, ...params: (string | number)[]];

/** `known` is the serial the client has cached; when it is current, only the SYN line is said. */
export function* rosterLines(
  directory: Directory,
  account: Account,
  dialect: Dialect,
  trid: string,
  known: string,
): Generator<Line> {
  const { serial } = account;
  yield ["SYN", trid, serial];
  if (known === String(serial)) return;
  yield ["GTC", trid, serial, account.prompting];
  yield ["BLP", trid, serial, account.strangers];
  if (dialect >= 7) yield* groupLines(account, trid);
  for (const list of LISTS) yield* listLines(directory, account, dialect, trid, list);
}

function* groupLines({ groups, serial }: Account, trid: string): Generator<Line> {
  let index = 0;
  for (const [id, name] of groups) {
    index += 1;
    yield ["LSG", trid, serial, index, groups.size, id, encodeText(name), 0];
  }
}

function* listLines(
  directory: Directory,
  account: Account,
  dialect: Dialect,
  trid: string,
  list: ListName,
): Generator<Line> {
  const members = [...directory.membersOf(account, list)];
  if (members.length === 0) yield ["LST", trid, list, account.serial, 0, 0];
  for (const [at, address] of members.entries()) {
    // The recorded server keeps the name under which a contact was added; ours says the present one, so that a
    // name does not flicker between the list and the next presence line at every sign-in.
    const name = encodeText(directory.account(address)?.name ?? address);
    const groups = list === "FL" && dialect >= 7 ? [[...(account.forward.get(address) ?? [0])].join(",")] : [];
    yield ["LST", trid, list, account.serial, at + 1, members.length, address, name, ...groups];
  }
}
