/** What a signed-in client may say on its notification connection, and what it is answered. */
import type { Frame } from "../network/messenger/wire/frame.ts";
import { decodeText, encodeText } from "../network/messenger/wire/text.ts";
import { isRightAnswer, newChallenge } from "./challenges.ts";
import type { Conversation } from "./conversation.ts";
import { readTold } from "./details.ts";
import type { ListName } from "./directory.ts";
import { closeGroup, openGroup, renameGroup } from "./group-edits.ts";
import { addWithGuid, removeWithGuid, renameContact } from "./guid-edits.ts";
import { payloadLine } from "./line.ts";
import {
  addContact,
  answer,
  MAX_NAME_BYTES,
  type Outcome,
  refuse,
  removeContact,
  renameOwn,
  renameSomebody,
} from "./list-edits.ts";
import { addMembers, findNetworks, removeMembers } from "./membership-edits.ts";
import { setPhone } from "./phones.ts";
import { shields } from "./policies.ts";
import type { Seat } from "./presence.ts";
import { hostAndPort } from "./referral.ts";
import { listLines, rosterLines } from "./roster-lines.ts";
import { isSyncValue } from "./roster-rows.ts";
import { initialMailData } from "./server-messages.ts";
import type { ServerParts } from "./server-parts.ts";
import { sendBlob, sendOffline } from "./user-messages.ts";

/** What a client may set (protocol reference 3.1); FLN is refused with 201 and any other word hangs up. */
const STATUS_CODES: ReadonlySet<string> = new Set(["NLN", "BSY", "IDL", "BRB", "AWY", "PHN", "LUN", "HDN"]);
/** Seconds until the next ping is expected. */
const PING_INTERVAL = 60;

export class SignedIn {
  readonly #parts: ServerParts;
  readonly #conversation: Conversation;
  readonly #seat: Seat;
  /** Asked and not answered yet. */
  #challenge: string | undefined;

  constructor(parts: ServerParts, conversation: Conversation, seat: Seat) {
    this.#parts = parts;
    this.#conversation = conversation;
    this.#seat = seat;
  }

  hear(frame: Frame): Outcome {
    const { verb, params } = frame;
    const [trid = "0"] = params;
    switch (verb) {
      case "PNG":
        return this.#say("QNG", ...(this.#number >= 9 ? [PING_INTERVAL] : []));
      case "OUT":
        return "hang-up";
      case "VER":
        this.#say("715", trid);
        return "hang-up";
      case "CHG":
        return this.#changeStatus(params);
      case "URL":
        return this.#say("URL", trid, "/unused1", "/unused2", 1);
      case "XFR":
        return this.#referToSwitchboard(params);
      case "USR":
        // Circles (MSNP18) ask for this; 207: already signed in.
        if (params[1] === "SHA") return this.#say("USR", trid, "OK", this.#seat.account.address, 0, 0);
        return this.#say("207", trid);
      case "QRY":
        return this.#hearAnswer(frame);
      case "IMS":
        return this.#say("IMS", trid, 0, params[1] ?? "ON");
      default:
        return this.#number < 13 ? this.#hearOldLists(frame) : this.#hearNewLists(frame);
    }
  }

  get #number(): number {
    return this.#seat.dialect.number;
  }

  /** What MSNP13 took away, and what came before it. */
  #hearOldLists(frame: Frame): Outcome {
    const { verb, params } = frame;
    switch (verb) {
      case "SYN":
        return this.#synchronise(params);
      case "LST":
        return this.#sayList(params);
      case "GTC":
        return this.#setPrompting(params);
      case "ADD":
        return this.#number < 10 ? addContact(this.#parts, this.#seat, params) : "answered";
      case "REA":
        return this.#number < 10 ? renameSomebody(this.#parts, this.#seat, params) : "answered";
      case "ADG":
        return this.#number < 7 ? "answered" : openGroup(this.#seat, params);
      case "RMG":
        return this.#number < 7 ? "answered" : closeGroup(this.#seat, params);
      case "REG":
        return this.#number < 7 ? "answered" : renameGroup(this.#seat, params);
      case "GCF":
        return this.#sayPolicy(params);
      default:
        return this.#hearLists(frame);
    }
  }

  #hearNewLists(frame: Frame): Outcome {
    const { verb, params, payload = NOTHING } = frame;
    const [trid = "0"] = params;
    switch (verb) {
      case "SYN":
        return this.#say("502", trid);
      case "GTC":
        return "hang-up";
      case "ADL":
        return addMembers(this.#parts, this.#seat, trid, payload);
      case "RML":
        return removeMembers(this.#parts, this.#seat, trid, payload);
      case "FQY":
        return findNetworks(this.#parts, this.#seat, trid, payload);
      case "UUN":
        return sendBlob(this.#parts, this.#seat, frame);
      case "UUM":
        return sendOffline(this.#parts, this.#seat, frame);
      default:
        return this.#hearLists(frame);
    }
  }

  /** What is on both sides of MSNP13. Unknown commands are ignored. */
  #hearLists({ verb, params, payload = NOTHING }: Frame): Outcome {
    switch (verb) {
      case "BLP":
        return this.#setStrangers(params);
      case "PRP":
        return this.#setProperty(params);
      case "REM":
        if (this.#number < 10) return removeContact(this.#parts, this.#seat, params);
        return removeWithGuid(this.#parts, this.#seat, params);
      case "ADC":
        return this.#number < 10 ? "answered" : addWithGuid(this.#parts, this.#seat, params);
      case "SBP":
        return this.#number < 10 ? "answered" : renameContact(this.#parts, this.#seat, params);
      case "UUX":
        return this.#number < 11 ? "answered" : this.#hearDetails(params[0] ?? "0", payload);
      default:
        return "answered";
    }
  }

  /**
   * The echo first, then the snapshot if it is the first CHG, as recorded. A CHG without a status is ignored, and from
   * MSNP8 on one without capabilities, too.
   */
  #changeStatus([trid = "0", code, capabilities, picture]: string[]): Outcome {
    if (code === undefined) return "answered";
    if (code === "FLN") return this.#say("201", trid);
    if (!STATUS_CODES.has(code)) return "hang-up";
    if (this.#number >= 8 && capabilities === undefined) return "answered";
    const said = [capabilities, picture].filter((one) => one !== undefined);
    this.#say("CHG", trid, code, ...said);
    const isFirst = this.#parts.presence.change(this.#seat, { code, capabilities: capabilities ?? "0", picture });
    if (isFirst) this.#begin(trid);
    this.#parts.presence.tellOwn(this.#seat.account);
    if (isFirst && this.#parts.challenges) this.#ask();
    return "answered";
  }

  #begin(trid: string): void {
    this.#conversation.tellAll(this.#parts.presence.snapshotFor(this.#seat, trid));
    if (this.#number < 11) return;
    this.#conversation.tell(initialMailData(this.#parts.offline.waitingFor(this.#seat.account.address)));
  }

  #ask(): void {
    if (this.#number < 6) return;
    this.#challenge = newChallenge();
    this.#say("CHL", 0, this.#challenge);
  }

  /** An answer that nobody asked for is ignored (msnp08-bad-input). */
  #hearAnswer({ params: [trid = "0", productId = ""], payload = NOTHING }: Frame): Outcome {
    const challenge = this.#challenge;
    if (challenge === undefined) return "answered";
    this.#challenge = undefined;
    if (isRightAnswer(this.#seat.dialect, challenge, productId, payload)) return this.#say("QRY", trid);
    this.#say("540", trid);
    return "hang-up";
  }

  /** 913 before the first CHG, and below MSNP13 while hidden. */
  #referToSwitchboard([trid = "0", what]: string[]): Outcome {
    if (what !== "SB") return "hang-up";
    const { presence, switchboards } = this.#parts;
    const isBarred = this.#number < 13 && presence.isHidden(this.#seat.account.address);
    if (!presence.isStarted(this.#seat) || isBarred) return this.#say("913", trid);
    const cookie = switchboards.admit(this.#seat);
    const { switchboard } = this.#parts.endpoints();
    const tail = this.#number < 13 ? [] : ["U", "messenger.msn.com", ...(this.#number >= 14 ? [1] : [])];
    return this.#say("XFR", trid, "SB", hostAndPort(switchboard), "CKI", cookie, ...tail);
  }

  #synchronise([trid = "0", ...known]: string[]): Outcome {
    const { dialect, account } = this.#seat;
    if (dialect.lists === "rows-with-guids" && !known.every(isSyncValue)) return "hang-up";
    this.#conversation.tellAll(rosterLines(this.#parts.directory, account, dialect, trid, known));
    return "answered";
  }

  /** One list on request, below MSNP10. */
  #sayList([trid = "0", list]: string[]): Outcome {
    if (this.#number >= 10 || !isListName(list)) return "answered";
    const { dialect, account } = this.#seat;
    this.#conversation.tellAll(listLines(this.#parts.directory, account, dialect, trid, list));
    return "answered";
  }

  #setPrompting([trid = "0", value]: string[]): Outcome {
    if (value !== "A" && value !== "N") return "hang-up";
    const { account } = this.#seat;
    account.prompting = value;
    account.serial += 1;
    return this.#say("GTC", trid, ...this.#serial(), value);
  }

  #setStrangers([trid = "0", value]: string[]): Outcome {
    if (value !== "AL" && value !== "BL") return "hang-up";
    this.#parts.keeper.setStrangers(this.#seat.account, value);
    return this.#say("BLP", trid, ...this.#serial(), value);
  }

  /** The list serial, where answers still carry it. */
  #serial(): number[] {
    return this.#number < 10 ? [this.#seat.account.serial] : [];
  }

  #setProperty([trid = "0", key, value = ""]: string[]): Outcome {
    if (key === undefined || this.#number < 5 || value.length > MAX_NAME_BYTES) return "hang-up";
    if (key === "MFN") {
      if (this.#number < 10 || value === "") return "hang-up";
      answer(this.#seat, "PRP", trid, "MFN", encodeText(decodeText(value)));
      renameOwn(this.#parts.presence, this.#seat, decodeText(value));
      return "answered";
    }
    return setPhone(this.#parts, this.#seat, { trid, key, value });
  }

  /** Bad XML gets a hang-up. */
  #hearDetails(trid: string, payload: Uint8Array): Outcome {
    const told = readTold(payload);
    if (!told) return "hang-up";
    this.#seat.tell(payloadLine("", "UUX", trid));
    this.#parts.presence.tellDetails(this.#seat, told);
    this.#parts.presence.tellOwn(this.#seat.account);
    return "answered";
  }

  /** Shields.xml is the only file there is. */
  #sayPolicy([trid = "0", file = ""]: string[]): Outcome {
    if (this.#number < 11) return "answered";
    if (file.toLowerCase() !== "shields.xml") return refuse(this.#seat, "510", trid);
    this.#seat.tell(payloadLine(shields(), "GCF", trid, file));
    return "answered";
  }

  #say(verb: string, ...params: (string | number)[]): Outcome {
    this.#conversation.say(verb, ...params);
    return "answered";
  }
}

const NOTHING = new Uint8Array();

function isListName(text: string | undefined): text is ListName {
  return text === "FL" || text === "AL" || text === "BL" || text === "RL";
}
