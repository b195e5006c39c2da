/**
 * One connection to the notification server, from VER to OUT.
 *
 * - **greeting**: entered with the connection. VER, INF and CVR are answered; the dialect's `USR … I` leads on; PNG, or
 *   a USR that makes no sense here, hangs up; anything else is ignored, as in the recordings.
 * - **challenged**: entered with the challenge. The right answer leads on; a wrong one gets 911 and a hang-up.
 * - **signed-in**: entered with `USR OK`. Everything about lists and presence happens here (`signed-in.ts`). It ends
 *   with OUT, with nonsense, with the link, with another sign-in of the same account (`OUT OTH`) or of the whole server.
 * - **gone**: nothing is heard or said.
 */
import type { Dialect } from "../network/messenger/dialects.ts";
import type { Endpoint, Link, LinkEvents } from "../network/messenger/net/link.ts";
import type { Frame } from "../network/messenger/wire/frame.ts";
import { encodeText } from "../network/messenger/wire/text.ts";
import { Conversation } from "./conversation.ts";
import { Greeting } from "./greeting.ts";
import { line } from "./line.ts";
import type { Seat } from "./presence.ts";
import { emptyDetailsLine } from "./presence-lines.ts";
import { profileMessage } from "./profile.ts";
import { referral } from "./referral.ts";
import { hotmail } from "./server-messages.ts";
import type { ServerParts } from "./server-parts.ts";
import { type Challenge, challenge, isOpening, type Proven, prove } from "./sign-in.ts";
import { SignedIn } from "./signed-in.ts";

type State =
  | { is: "greeting" }
  | { is: "challenged"; dialect: Dialect; asked: Challenge }
  | { is: "signed-in"; seat: Seat; signedIn: SignedIn }
  | { is: "gone" };

export class NotificationConnection {
  readonly #parts: ServerParts;
  readonly #conversation: Conversation;
  readonly #greeting: Greeting;
  #state: State = { is: "greeting" };

  constructor(parts: ServerParts, link: Link) {
    this.#parts = parts;
    this.#conversation = new Conversation(link);
    this.#greeting = new Greeting(this.#conversation, parts.dialects);
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
        return this.#hearProof(frame, this.#state);
      case "signed-in":
        if (this.#state.signedIn.hear(frame) === "hang-up") this.#hangUp();
        return;
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
    const { dialect } = this.#greeting;
    if (!dialect || !isOpening(dialect, frame.params)) return this.#hangUp();
    const elsewhere = this.#parts.faults.referTo?.("notification");
    if (elsewhere) return this.#refer(dialect, frame.params, elsewhere);
    const begun = challenge(dialect, frame.params);
    if (begun === "refused") return this.#refuse(frame.params);
    this.#state = { is: "challenged", dialect, asked: begun.challenge };
    this.#conversation.tellAll(begun.lines);
  }

  #hearProof(frame: Frame, { dialect, asked }: State & { is: "challenged" }): void {
    if (frame.verb === "PNG" || frame.verb === "OUT") return this.#hangUp();
    if (frame.verb !== "USR") return;
    const code = this.#parts.faults.refuseSignInWith;
    if (code) return this.#refuse(frame.params, code);
    const proven = prove(dialect, asked, frame.params, this.#parts);
    if (proven === "nonsense") this.#hangUp();
    else if (proven === "refused") this.#refuse(frame.params);
    else this.#signIn(dialect, frame.params[0] ?? "0", proven);
  }

  #signIn(dialect: Dialect, trid: string, proven: Proven): void {
    const seat = this.#seat(dialect, proven);
    this.#parts.presence.enter(seat);
    this.#state = { is: "signed-in", seat, signedIn: new SignedIn(this.#parts, this.#conversation, seat) };
    this.#welcome(trid, seat, proven);
  }

  #seat(dialect: Dialect, { account, place }: Proven): Seat {
    return {
      account,
      dialect,
      place,
      tell: (...lines) => this.#conversation.tellAll(lines),
      dismiss: (reason) => {
        this.#conversation.say("OUT", ...reason.split(" "));
        this.#state = { is: "gone" };
        this.#conversation.close();
      },
      refer: (there) => {
        const { notification } = this.#parts.endpoints();
        this.#conversation.say("XFR", 0, "NS", ...referral(dialect, there, notification));
      },
    };
  }

  /** Protocol reference 2.4 and 2.5. */
  #welcome(trid: string, { account, dialect }: Seat, { ticket }: Proven): void {
    const { number } = dialect;
    const { address, displayAddress } = account;
    const name = number < 10 ? [encodeText(account.name)] : [];
    const flags = number < 6 ? [] : number < 8 ? [1] : [1, 0];
    const mspAuth = this.#parts.tickets.mspAuth(ticket);
    const loginMs = this.#parts.clock.nowMs();
    this.#conversation.tellAll([
      line("USR", trid, "OK", displayAddress, ...name, ...flags),
      ...(number >= 11 ? [line("SBS", 0, "null")] : []),
      hotmail(profileMessage({ dialect, address, loginMs, mspAuth })),
      ...(number >= 16 ? [emptyDetailsLine(dialect, address)] : []),
    ]);
  }

  #refer(dialect: Dialect, [trid = "0"]: readonly string[], there: Endpoint): void {
    const { notification } = this.#parts.endpoints();
    this.#conversation.say("XFR", trid, "NS", ...referral(dialect, there, notification));
    this.#hangUp();
  }

  #refuse([trid = "0"]: readonly string[], code = "911"): void {
    this.#conversation.say(code, trid);
    this.#hangUp();
  }

  #hangUp(): void {
    this.#conversation.close();
    this.#leave();
  }

  #leave(): void {
    const state = this.#state;
    this.#state = { is: "gone" };
    if (state.is === "signed-in") this.#parts.presence.leave(state.seat);
  }
}
