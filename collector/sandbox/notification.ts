/**
 * One connection to the notification server, from VER to OUT.
 *
 * - **greeting**: entered with the connection. VER and INF are answered; `USR MD5 I` leads on; PNG, or a USR that
 *   makes no sense here, hangs up; anything else is ignored, as in the recordings.
 * - **challenged**: entered with the salt. The right digest leads on; a wrong one is answered with 911 and a hang-up.
 * - **signed-in**: entered with `USR OK`. Everything about lists and presence happens here. It ends with OUT, with
 *   nonsense, with the link, with a second sign-in of the same account (`OUT OTH`) or of the whole server (`OUT SSD`).
 * - **gone**: nothing is heard or said.
 */
import { createHash, randomBytes } from "node:crypto";
import type { Link, LinkEvents } from "../network/messenger/net/link.ts";
import type { Frame } from "../network/messenger/wire/frame.ts";
import { encodeText } from "../network/messenger/wire/text.ts";
import type { Clock } from "../network/network.ts";
import { Conversation } from "./conversation.ts";
import type { Account, Directory } from "./directory.ts";
import { type Dialect, Greeting, isAddress } from "./greeting.ts";
import { ListEdits, type Outcome } from "./list-edits.ts";
import type { Presence, Seat } from "./presence.ts";
import { profileMessage } from "./profile.ts";
import { rosterLines } from "./roster-lines.ts";

/** What a client may set (protocol reference 3.1); FLN is refused with 201 and any other word hangs up. */
const STATUS_CODES: ReadonlySet<string> = new Set(["NLN", "BSY", "IDL", "BRB", "AWY", "PHN", "LUN", "HDN"]);

type State =
  | { is: "greeting" }
  | { is: "challenged"; dialect: Dialect; address: string; salt: string }
  | { is: "signed-in"; dialect: Dialect; seat: Seat }
  | { is: "gone" };

export class NotificationConnection {
  readonly #clock: Clock;
  readonly #directory: Directory;
  readonly #presence: Presence;
  readonly #edits: ListEdits;
  readonly #conversation: Conversation;
  readonly #greeting: Greeting;
  #state: State = { is: "greeting" };

  constructor(clock: Clock, directory: Directory, presence: Presence, link: Link) {
    this.#clock = clock;
    this.#directory = directory;
    this.#presence = presence;
    this.#edits = new ListEdits(directory, presence);
    this.#conversation = new Conversation(link);
    this.#greeting = new Greeting(this.#conversation);
  }

  events(): LinkEvents {
    return this.#conversation.events(
      (frame) => this.#hear(frame),
      () => this.#leave(),
    );
  }

  #hear(frame: Frame): void {
    switch (this.#state.is) {
      case "greeting":
        return this.#hearGreeting(frame);
      case "challenged":
        return this.#hearDigest(frame, this.#state);
      case "signed-in":
        return this.#hearSignedIn(frame, this.#state);
      case "gone":
        return;
      default:
        return this.#state satisfies never;
    }
  }

  #hearGreeting(frame: Frame): void {
    if (this.#greeting.hear(frame)) return;
    if (frame.verb === "PNG" || frame.verb === "OUT") return this.#hangUp();
    if (frame.verb !== "USR") return;
    const [trid = "0", method, step, spelled = ""] = frame.params;
    const { dialect } = this.#greeting;
    if (!dialect || method !== "MD5" || step !== "I") return this.#hangUp();
    if (!isAddress(spelled)) return this.#refuse(trid);
    // Unknown people get a salt too: which addresses exist is told only together with the right password.
    const salt = randomBytes(8).toString("hex").slice(1);
    this.#state = { is: "challenged", dialect, address: spelled.toLowerCase(), salt };
    this.#conversation.say("USR", trid, "MD5", "S", salt);
  }

  #hearDigest(frame: Frame, { dialect, address, salt }: State & { is: "challenged" }): void {
    if (frame.verb === "PNG" || frame.verb === "OUT") return this.#hangUp();
    if (frame.verb !== "USR") return;
    const [trid = "0", method, step, digest] = frame.params;
    if (method !== "MD5" || step !== "S") return this.#hangUp();
    const account = this.#directory.account(address);
    if (!account || digest !== md5(salt + account.password)) return this.#refuse(trid);
    this.#signIn(trid, dialect, account);
  }

  #signIn(trid: string, dialect: Dialect, account: Account): void {
    const seat: Seat = {
      account,
      tell: (verb, ...params) => this.#conversation.say(verb, ...params),
      dismiss: (reason) => {
        this.#conversation.say("OUT", reason);
        this.#state = { is: "gone" };
        this.#conversation.close();
      },
    };
    this.#presence.enter(seat);
    this.#state = { is: "signed-in", dialect, seat };
    const verified = dialect >= 6 ? [1] : [];
    this.#conversation.say("USR", trid, "OK", account.address, encodeText(account.name), ...verified);
    this.#conversation.sayWithPayload("MSG", ["Hotmail", "Hotmail"], profileMessage(this.#clock.nowMs()));
  }

  #hearSignedIn({ verb, params }: Frame, { dialect, seat }: State & { is: "signed-in" }): void {
    const [trid = "0", ...rest] = params;
    switch (verb) {
      case "PNG":
        return this.#conversation.say("QNG");
      case "OUT":
        return this.#hangUp();
      case "VER":
        this.#conversation.say("715", trid);
        return this.#hangUp();
      case "SYN":
        for (const line of rosterLines(this.#directory, seat.account, dialect, trid, rest[0] ?? "0")) {
          this.#conversation.say(...line);
        }
        return;
      case "CHG":
        return this.#changeStatus(seat, trid, rest[0]);
      case "ADD":
        return this.#finish(this.#edits.add(seat, params));
      case "REM":
        return this.#finish(this.#edits.remove(seat, params));
      case "REA":
        return this.#finish(this.#edits.rename(seat, params));
      case "GTC":
        return this.#finish(this.#edits.prompting(seat, params));
      case "BLP":
        return this.#finish(this.#edits.strangers(seat, params));
      case "URL":
        return this.#conversation.say("URL", trid, "/unused1", "/unused2", 1);
      case "XFR":
        // There is no switchboard here: nobody in the sandbox talks.
        return this.#conversation.say("280", trid);
      default:
        return;
    }
  }

  /** The echo first, then the snapshot if it is the first CHG, as recorded. A CHG without a status is ignored. */
  #changeStatus(seat: Seat, trid: string, code: string | undefined): void {
    if (code === undefined) return;
    if (code === "FLN") return this.#conversation.say("201", trid);
    if (!STATUS_CODES.has(code)) return this.#hangUp();
    this.#conversation.say("CHG", trid, code);
    if (!this.#presence.change(seat, code)) return;
    for (const shown of this.#presence.snapshotFor(seat.account)) {
      this.#conversation.say("ILN", trid, shown.code, shown.account.address, encodeText(shown.account.name));
    }
  }

  #finish(outcome: Outcome): void {
    if (outcome === "hang-up") this.#hangUp();
  }

  #refuse(trid: string): void {
    this.#conversation.say("911", trid);
    this.#hangUp();
  }

  #hangUp(): void {
    this.#conversation.close();
    this.#leave();
  }

  #leave(): void {
    const state = this.#state;
    this.#state = { is: "gone" };
    if (state.is === "signed-in") this.#presence.leave(state.seat);
  }
}

function md5(text: string): string {
  return createHash("md5").update(text, "utf8").digest("hex");
}
