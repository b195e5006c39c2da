/**
 * Notices when a good part of a roster goes offline, or comes online, within seconds. People do not do that; a server that
 * loses its sessions does. Pure.
 */

import type { MassChange } from "../../db/answers/mass-changes.ts";

type Way = MassChange["way"];

/** "Within seconds". */
export const WINDOW_MS = 10_000;
/** A family that shuts its computers down together is no server in trouble. */
const FEWEST = 5;

export class MassChanges {
  readonly #ways: Record<Way, OneWay> = { gone: new OneWay("gone"), came: new OneWay("came") };

  /** Nobody knows what happened until now: what came before has nothing to do with what comes. */
  forget(): void {
    for (const way of Object.values(this.#ways)) way.forget();
  }

  /**
   * Somebody went or came at this instant, which left so many online. Returns the mass change that this is a part of, as
   * far as it has gone; undefined when it is none.
   */
  note(way: Way, address: string, atMs: number, onlineAfter: number): MassChange | undefined {
    return this.#ways[way].note(address, atMs, onlineAfter);
  }
}

class OneWay {
  readonly #way: Way;
  /** Who changed within the last seconds, oldest first, and how many were online right before. */
  readonly #recent = new Map<string, { atMs: number; onlineBefore: number }>();
  /** While it goes on. */
  #change: MassChange | undefined;

  constructor(way: Way) {
    this.#way = way;
  }

  forget(): void {
    this.#recent.clear();
    this.#change = undefined;
  }

  note(address: string, atMs: number, onlineAfter: number): MassChange | undefined {
    const onlineBefore = this.#way === "gone" ? onlineAfter + 1 : onlineAfter - 1;
    // Those of a change that is over are accounted for.
    if (this.#change && atMs - this.#change.fromMs > WINDOW_MS) this.forget();
    this.#recent.delete(address);
    this.#recent.set(address, { atMs, onlineBefore });
    for (const [early, { atMs: earlyMs }] of this.#recent) {
      if (this.#change || atMs - earlyMs <= WINDOW_MS) break;
      this.#recent.delete(early);
    }
    const [first] = this.#recent.values();
    const contacts = this.#recent.size;
    const ofContacts = Math.max(contacts, this.#way === "gone" ? (first?.onlineBefore ?? 0) : onlineAfter);
    if (!this.#change && (contacts < FEWEST || contacts * 2 <= ofContacts)) return undefined;
    this.#change = {
      fromMs: this.#change?.fromMs ?? first?.atMs ?? atMs,
      toMs: atMs,
      way: this.#way,
      contacts,
      ofContacts,
    };
    return this.#change;
  }
}
