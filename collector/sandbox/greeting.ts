/**
 * The first words on any connection, the same at dispatch and at notification: VER, INF, CVR (protocol reference
 * 2.1 to 2.3), and what MSNP2 to MSNP7 do differently.
 */
import type { Frame } from "../network/messenger/wire/frame.ts";
import type { Conversation } from "./conversation.ts";

/** MSNP2 to MSNP7. */
export type Dialect = 2 | 3 | 4 | 5 | 6 | 7;

/** Best first: the server walks its own list, not the client's. */
const DIALECTS: readonly Dialect[] = [7, 6, 5, 4, 3, 2];

export class Greeting {
  readonly #conversation: Conversation;
  #dialect: Dialect | undefined;

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
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
        if (this.#dialect) this.#conversation.say("INF", trid, "MD5");
        else this.#conversation.close();
        return true;
      case "CVR":
        this.#clientVersion(trid, rest);
        return true;
      default:
        return false;
    }
  }

  #version(trid: string, offered: string[]): void {
    if (this.#dialect) {
      this.#conversation.say("715", trid);
      return this.#conversation.close();
    }
    const names = new Set(offered.map((name) => name.toUpperCase()));
    this.#dialect = DIALECTS.find((dialect) => names.has(`MSNP${dialect}`));
    this.#conversation.say("VER", trid, this.#dialect ? `MSNP${this.#dialect}` : 0);
    if (!this.#dialect) this.#conversation.close();
  }

  /** Recommended, recommended again, minimum, and two addresses: nothing here ever asks for an upgrade. */
  #clientVersion(trid: string, described: string[]): void {
    const version = described[5] ?? "1.0.0000";
    const address = "http://sandbox.example/";
    this.#conversation.say("CVR", trid, version, version, "1.0.0000", address, address);
  }
}

/** Something before and something after one `@`; the server answers 911 at once to anything else. */
export function isAddress(text: string): boolean {
  return /^[^@\s]+@[^@\s]+$/.test(text);
}
