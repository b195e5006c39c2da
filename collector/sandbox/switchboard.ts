/**
 * One connection to a switchboard (protocol reference 2.16).
 *
 * - **waiting**: entered with the connection. USR with a cookie from XFR opens a conversation, ANS with one from RNG
 *   joins it; a bad cookie gets 911 and a hang-up; so does silence for a minute, without a word.
 * - **inside**: CAL rings people, MSG goes to everybody else. It ends with OUT, with nonsense, with the link, or with
 *   the conversation.
 * - **gone**: nothing is heard or said.
 */
import type { Timer } from "../network/messenger/clock.ts";
import type { Link, LinkEvents } from "../network/messenger/net/link.ts";
import type { Frame } from "../network/messenger/wire/frame.ts";
import { encodeText } from "../network/messenger/wire/text.ts";
import { Conversation } from "./conversation.ts";
import { allows } from "./directory.ts";
import { isAddress } from "./greeting.ts";
import { placeId } from "./identity.ts";
import { type Line, line, payloadLine } from "./line.ts";
import type { Seat } from "./presence.ts";
import { hostAndPort } from "./referral.ts";
import type { ServerParts } from "./server-parts.ts";
import type { Member, SwitchboardSession } from "./switchboard-session.ts";

const AUTHENTICATE_WITHIN_MS = 60_000;
const MAX_MESSAGE_BYTES = 1664;

type State =
  | { is: "waiting"; timer: Timer }
  | { is: "inside"; member: Member; session: SwitchboardSession }
  | { is: "gone" };

export class SwitchboardConnection {
  readonly #parts: ServerParts;
  readonly #conversation: Conversation;
  #state: State;

  constructor(parts: ServerParts, link: Link) {
    this.#parts = parts;
    this.#conversation = new Conversation(link);
    this.#state = { is: "waiting", timer: parts.clock.after(AUTHENTICATE_WITHIN_MS, () => this.#hangUp()) };
  }

  events(): LinkEvents {
    return this.#conversation.events(
      (frame) => this.#hear(frame),
      () => this.#leave(),
    );
  }

  #hear(frame: Frame): void {
    switch (this.#state.is) {
      case "waiting":
        return this.#hearCookie(frame);
      case "inside":
        return this.#hearMember(frame, this.#state);
      case "gone":
        return;
      default:
        return this.#state satisfies never;
    }
  }

  #hearCookie({ verb, params }: Frame): void {
    const [trid = "0", spelled = "", cookie = "", sessionId] = params;
    if (verb === "OUT" || verb === "PNG") return this.#hangUp();
    if (verb !== "USR" && verb !== "ANS") return;
    const [address = "", guid] = spelled.toLowerCase().split(";");
    const { switchboards } = this.#parts;
    const found =
      verb === "USR" ? switchboards.open(cookie, address) : switchboards.join(cookie, address, sessionId ?? "");
    const isRightPlace = guid === undefined || placeId(guid) === found?.seat.place;
    if (!found || !isRightPlace) {
      this.#conversation.say("911", trid);
      return this.#hangUp();
    }
    this.#enter(found, verb, trid, spelled);
  }

  #enter({ seat, session }: { seat: Seat; session: SwitchboardSession }, verb: string, trid: string, spelled: string) {
    if (this.#state.is === "waiting") this.#state.timer.cancel();
    const member: Member = {
      seat,
      name: seat.account.name,
      tell: (...lines) => this.#conversation.tellAll(lines),
      close: () => this.#hangUp(),
    };
    if (verb === "USR") this.#conversation.say("USR", trid, "OK", spelled, encodeText(member.name));
    else member.tell(...session.roster(seat, trid), line("ANS", trid, "OK"));
    session.enter(member);
    if (verb === "ANS") member.tell(...session.ownLines(member));
    this.#state = { is: "inside", member, session };
  }

  #hearMember(frame: Frame, { member, session }: State & { is: "inside" }): void {
    switch (frame.verb) {
      case "CAL":
        return this.#call(frame.params, member, session);
      case "MSG":
        return this.#relay(frame, member, session);
      case "OUT":
      case "PNG":
        return this.#hangUp();
      default:
        return;
    }
  }

  /** Everybody's places are rung; 208 for what is no address, 215 for who is there, 216 for who does not want it. */
  #call(params: readonly string[], member: Member, session: SwitchboardSession): void {
    const [trid = "0", spelled] = params;
    if (spelled === undefined || params.length > 2) return this.#hangUp();
    const [address = ""] = spelled.toLowerCase().split(";");
    const caller = member.seat.account;
    if (!isAddress(address)) return this.#conversation.say("208", trid);
    if (address === caller.address) return this.#callOwnPlaces(trid, member, session);
    if (session.has(address)) return this.#conversation.say("215", trid);
    const { directory, presence } = this.#parts;
    const account = directory.account(address);
    const seats = presence.startedSeatsOf(address);
    if (!account || seats.length === 0 || presence.isHidden(address)) return this.#conversation.say("217", trid);
    if (!allows(account, caller.address)) return this.#conversation.say("216", trid);
    this.#conversation.say("CAL", trid, "RINGING", session.id);
    for (const seat of seats) seat.tell(this.#ring(seat, member, session));
  }

  /** Clients of MSNP16 and later call themselves, for their other places. */
  #callOwnPlaces(trid: string, member: Member, session: SwitchboardSession): void {
    if (member.seat.dialect.number < 16) return this.#conversation.say("215", trid);
    this.#conversation.say("CAL", trid, "RINGING", session.id);
    for (const seat of this.#parts.presence.startedSeatsOf(member.seat.account.address)) {
      if (seat !== member.seat) seat.tell(this.#ring(seat, member, session));
    }
    member.tell(...session.ownLines(member));
  }

  #ring(seat: Seat, member: Member, session: SwitchboardSession): Line {
    const { switchboard } = this.#parts.endpoints();
    const cookie = this.#parts.switchboards.admit(seat, session);
    const { number } = seat.dialect;
    const tail = number < 13 ? [] : ["U", "messenger.hotmail.com", ...(number >= 14 ? [1] : [])];
    const caller = [member.seat.account.address, encodeText(member.name)];
    return line("RNG", session.id, hostAndPort(switchboard), "CKI", cookie, ...caller, ...tail);
  }

  #relay({ params, payload = new Uint8Array() }: Frame, member: Member, session: SwitchboardSession): void {
    const [trid = "0", type = ""] = params;
    const text = Buffer.from(payload).toString("latin1");
    const isP2p = /^content-type:\s*application\/x-msnmsgrp2p/im.test(text);
    if (payload.length > MAX_MESSAGE_BYTES || !/^[UNAD]$/.test(type)) return this.#hangUp();
    if (isP2p && type !== "D") return this.#hangUp();
    const wanted = /^p2p-dest:[ \t]*(\S+)/im.exec(text)?.[1]?.toLowerCase();
    if (type === "D" && wanted === undefined) return this.#conversation.say("282", trid);
    session.stir();
    if (this.#parts.faults.undeliverable) {
      if (type !== "U") this.#conversation.say("NAK", trid);
      return;
    }
    const { address } = member.seat.account;
    const said = payloadLine(payload, "MSG", address, encodeText(member.name));
    for (const other of session.othersThan(member)) {
      if (wanted === undefined || isMeant(other.seat, wanted)) other.tell(said);
    }
    if (type === "A" || type === "D") this.#conversation.say("ACK", trid);
  }

  #hangUp(): void {
    this.#conversation.close();
    this.#leave();
  }

  #leave(): void {
    const state = this.#state;
    this.#state = { is: "gone" };
    if (state.is === "waiting") state.timer.cancel();
    if (state.is === "inside") state.session.leave(state.member);
  }
}

/** Whether a P2P message that names its receiver is for this one: `address` or `address;{guid}`. */
function isMeant({ account, place }: Seat, wanted: string): boolean {
  const [address, guid] = wanted.split(";");
  return address === account.address && (guid === undefined || place === undefined || placeId(guid) === place);
}
