/**
 * The first words on any connection, the same at dispatch and at notification: VER, INF, CVR (protocol reference
 * 2.1 to 2.3).
 */
import { DIALECTS, type Dialect } from "../network/messenger/dialects.ts";
import type { Frame } from "../network/messenger/wire/frame.ts";
import type { Conversation } from "./conversation.ts";

export class Greeting {
  readonly #conversation: Conversation;
  /** Best first: the server walks its own list, not the client's. */
  readonly #offered: readonly Dialect[];
  #dialect: Dialect | undefined;

  constructor(conversation: Conversation, offered: readonly Dialect[] = DIALECTS) {
    this.#conversation = conversation;
    this.#offered = offered;
  }

  get dialect(): Dialect | undefined {
    return this.#dialect;
  }

  /** True when the frame was one of the greeting's own and has been answered. */
  hear({ verb, params }: Frame): boolean {
    const [trid = "0", ...rest] = params;
    switch (verb) {
      case "VER":
        this.#version(trid, rest);
        return true;
      case "INF":
        if (this.#dialect?.signIn === "md5") this.#conversation.say("INF", trid, "MD5");
        else this.#conversation.close();
        return true;
      case "CVR":
        this.#clientVersion(trid, rest);
        return true;
      default:
        return false;
    }
  }

  #version(trid: string, said: string[]): void {
    if (this.#dialect) {
      this.#conversation.say("715", trid);
      return this.#conversation.close();
    }
    const names = new Set(said.map((name) => name.toUpperCase()));
    this.#dialect = this.#offered.find(({ name }) => names.has(name));
    this.#conversation.say("VER", trid, this.#dialect?.name ?? 0);
    if (!this.#dialect) this.#conversation.close();
  }

  /** Recommended, recommended again, minimum, and two addresses: nothing here ever asks for an upgrade. */
  #clientVersion(trid: string, described: string[]): void {
    const version = described[5];
    if (version === undefined) {
      this.#conversation.say("710", trid);
      return this.#conversation.close();
    }
    const address = "http://sandbox.example/";
    this.#conversation.say("CVR", trid, version, version, version, address, address);
  }
}

/** Something before and something after one `@`; the server answers 911 at once to anything else. */
export function isAddress(text: string): boolean {
  return /^[^@\s]+@[^@\s]+$/.test(text);
}
