/**
 * One conversation: who is in it, and what each of them is told about the others (protocol reference 2.16). From
 * MSNP16 on people are listed place by place and once more without a place, as in the recordings.
 *
 * It begins with its first member and is over when the last one has left, or after five minutes without a word.
 */
import { randomBytes } from "node:crypto";
import type { Clock, Timer } from "../network/messenger/clock.ts";
import { encodeText } from "../network/messenger/wire/text.ts";
import { capabilitiesFor } from "./capabilities.ts";
import { type Line, line } from "./line.ts";
import type { Presence, Seat } from "./presence.ts";

const IDLE_MS = 5 * 60_000;

/** Somebody's connection to the conversation. */
export interface Member {
  readonly seat: Seat;
  /** Frozen when they came in. */
  readonly name: string;
  tell(...lines: Line[]): void;
  close(): void;
}

export class SwitchboardSession {
  /** 31 hexadecimal digits, as recorded. */
  readonly id = randomBytes(16).toString("hex").slice(1);
  readonly #clock: Clock;
  readonly #presence: Presence;
  readonly #members = new Set<Member>();
  #isOver = false;
  #idle: Timer | undefined;

  constructor(clock: Clock, presence: Presence) {
    this.#clock = clock;
    this.#presence = presence;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  has(address: string): boolean {
    return [...this.#members].some(({ seat }) => seat.account.address === address);
  }

  othersThan(member: Member): Member[] {
    return [...this.#members].filter((other) => other !== member);
  }

  /** The lines that tell a newcomer who is there already; the total is in each of them. */
  roster(viewer: Seat, trid: string): Line[] {
    const rows = [...byAddress(this.#members)].flatMap(([, members]) => this.#rows(viewer, members));
    return rows.map((row, at) => line("IRO", trid, at + 1, rows.length, ...row));
  }

  enter(member: Member): void {
    const isFirstPlace = !this.has(member.seat.account.address);
    this.#members.add(member);
    this.stir();
    for (const other of this.othersThan(member)) {
      other.tell(...this.#names(other.seat, member, isFirstPlace).map((row) => line("JOI", ...row)));
    }
  }

  /** From MSNP16 on whoever has answered a ring is told of themselves, without their place. */
  ownLines(member: Member): Line[] {
    const { dialect } = member.seat;
    return dialect.number < 16 ? [] : [line("JOI", ...this.#row(member.seat, member, undefined))];
  }

  /** `isIdle`: the server has closed the conversation. Safe to call again. */
  leave(member: Member, isIdle = false): void {
    if (!this.#members.delete(member)) return;
    const wasLastPlace = !this.has(member.seat.account.address);
    const { account, place } = member.seat;
    const tail = isIdle ? [1] : [];
    for (const other of this.#members) {
      const places = place && other.seat.dialect.number >= 16 ? [`${account.address};${place}`] : [];
      const bare = wasLastPlace ? [account.address] : [];
      other.tell(...[...places, ...bare].map((who) => line("BYE", who, ...tail)));
    }
    if (this.#members.size > 0) return;
    this.#isOver = true;
    this.#idle?.cancel();
  }

  /** Something was said: the five minutes begin anew. */
  stir(): void {
    this.#idle?.cancel();
    this.#idle = this.#clock.after(IDLE_MS, () => this.#closeAll());
  }

  #closeAll(): void {
    for (const member of [...this.#members]) {
      this.leave(member, true);
      member.close();
    }
  }

  /** All of one account's rows as a newcomer reads them. */
  #rows(viewer: Seat, members: readonly Member[]): (string | number)[][] {
    const places = viewer.dialect.number < 16 ? [] : members.filter(({ seat }) => seat.place !== undefined);
    const [first] = members;
    const rows = places.map((member) => this.#row(viewer, member, member.seat.place));
    return first ? [...rows, this.#row(viewer, first, undefined)] : rows;
  }

  #names(viewer: Seat, member: Member, isFirstPlace: boolean): (string | number)[][] {
    const { place } = member.seat;
    const hasPlace = place !== undefined && viewer.dialect.number >= 16;
    const rows = hasPlace ? [this.#row(viewer, member, place)] : [];
    return isFirstPlace ? [...rows, this.#row(viewer, member, undefined)] : rows;
  }

  /** Address, name, and from MSNP12 on what their client can do. */
  #row({ dialect }: Seat, { seat, name }: Member, place: string | undefined): (string | number)[] {
    const { address } = seat.account;
    const row = [place === undefined ? address : `${address};${place}`, encodeText(name)];
    if (dialect.number >= 12) row.push(capabilitiesFor(dialect, this.#presence.capabilitiesOf(address)));
    return row;
  }
}

function byAddress(members: Iterable<Member>): Map<string, Member[]> {
  const groups = new Map<string, Member[]>();
  for (const member of members) {
    const { address } = member.seat.account;
    const group = groups.get(address);
    if (group) group.push(member);
    else groups.set(address, [member]);
  }
  return groups;
}
