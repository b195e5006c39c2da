/** What a signed-in client may change about its own account: ADD, REM, REA, GTC, BLP (protocol reference 2.8 to 2.10). */
import { decodeText, encodeText } from "../network/messenger/wire/text.ts";
import { type Account, allows, type Directory } from "./directory.ts";
import type { Presence, Seat } from "./presence.ts";

/** Longer names, encoded, get an instant disconnect (protocol reference 1.6). */
const MAX_NAME_BYTES = 387;

/** The answer was sent, or the connection has to be closed without one. */
export type Outcome = "answered" | "hang-up";

export class ListEdits {
  readonly #directory: Directory;
  readonly #presence: Presence;

  constructor(directory: Directory, presence: Presence) {
    this.#directory = directory;
    this.#presence = presence;
  }

  /** `ADD trid list address name {group}`. Adding someone again is answered like the first time (msnp02-bad-input). */
  add(seat: Seat, params: string[]): Outcome {
    const [trid = "0", list, spelled, name, group] = params;
    const { account } = seat;
    const other = this.#directory.account(spelled ?? "");
    if (!spelled || name === undefined || name.length > MAX_NAME_BYTES) return "hang-up";
    if (list !== "FL" && list !== "AL" && list !== "BL") return "hang-up";
    if (!other) return answer(seat, "205", trid);
    if (list === "FL" && group !== undefined && !account.groups.has(Number(group))) return answer(seat, "224", trid);
    if (list === "FL") this.#watch(account, other, Number(group ?? 0));
    else (list === "AL" ? account.allow : account.block).add(other.address);
    const tail = group === undefined ? [] : [group];
    answer(seat, "ADD", trid, list, grow(account), other.address, encodeText(decodeText(name)), ...tail);
    if (list !== "FL") this.#presence.tellOne(account, other.address);
    return "answered";
  }

  /** `REM trid list address {group}`. */
  remove(seat: Seat, params: string[]): Outcome {
    const [trid = "0", list, spelled = "", group] = params;
    const { account } = seat;
    const address = spelled.toLowerCase();
    if (list !== "FL" && list !== "AL" && list !== "BL") return "hang-up";
    const members = { FL: account.forward, AL: account.allow, BL: account.block }[list];
    if (!members.has(address)) return answer(seat, "216", trid);
    const couldSee = allows(account, address);
    if (list === "FL" && group !== undefined) this.#leaveGroup(account, address, Number(group));
    else if (list === "FL") this.#unwatch(account, address);
    else members.delete(address);
    answer(seat, "REM", trid, list, grow(account), address, ...(group === undefined ? [] : [group]));
    if (list === "BL" || (list === "AL" && couldSee !== allows(account, address))) {
      this.#presence.tellOne(account, address);
    }
    return "answered";
  }

  /** `REA trid address name`: on the own address the own name; on a contact's, that contact's name for me alone. */
  rename(seat: Seat, params: string[]): Outcome {
    const [trid = "0", spelled = "", token] = params;
    if (token === undefined || token.length > MAX_NAME_BYTES) return "hang-up";
    const { account } = seat;
    const name = decodeText(token);
    const isOwn = spelled.toLowerCase() === account.address;
    if (isOwn) account.name = name;
    answer(seat, "REA", trid, grow(account), spelled, encodeText(name));
    if (isOwn) this.#presence.rename(account);
    return "answered";
  }

  prompting(seat: Seat, params: string[]): Outcome {
    const [trid = "0", value] = params;
    if (value !== "A" && value !== "N") return "hang-up";
    seat.account.prompting = value;
    return answer(seat, "GTC", trid, grow(seat.account), value);
  }

  strangers(seat: Seat, params: string[]): Outcome {
    const [trid = "0", value] = params;
    const { account } = seat;
    if (value !== "AL" && value !== "BL") return "hang-up";
    const watchers = [...this.#directory.watchersOf(account.address)];
    const couldSee = new Map(watchers.map((watcher) => [watcher, allows(account, watcher)]));
    account.strangers = value;
    answer(seat, "BLP", trid, grow(account), value);
    for (const [watcher, could] of couldSee) {
      if (could !== allows(account, watcher)) this.#presence.tellOne(account, watcher);
    }
    return "answered";
  }

  /** The other side hears at once that somebody watches them, or no longer does. */
  #watch(account: Account, other: Account, group: number): void {
    const isNew = !account.forward.has(other.address);
    this.#directory.watch(account, other.address, group);
    if (!isNew) return;
    const serial = grow(other);
    this.#presence.seatOf(other.address)?.tell("ADD", 0, "RL", serial, account.address, encodeText(account.name));
  }

  #unwatch(account: Account, address: string): void {
    this.#directory.unwatch(account, address);
    const other = this.#directory.account(address);
    if (other) this.#presence.seatOf(address)?.tell("REM", 0, "RL", grow(other), account.address);
  }

  /** Whoever is left without a group is in "Other Contacts" again. */
  #leaveGroup(account: Account, address: string, group: number): void {
    const groups = account.forward.get(address);
    groups?.delete(group);
    if (groups?.size === 0) groups.add(0);
  }
}

function grow(account: Account): number {
  account.serial += 1;
  return account.serial;
}

function answer(seat: Seat, verb: string, ...params: (string | number)[]): Outcome {
  seat.tell(verb, ...params);
  return "answered";
}
