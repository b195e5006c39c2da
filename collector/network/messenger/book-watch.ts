/**
 * The address book in mid-session, MSNP13 on. When the server says that it was edited somewhere else, it is read again,
 * what has changed is told, and the server is told, too, whom we watch now (protocol reference 2.13).
 */
import type { Timer } from "./clock.ts";
import type { ContactList, ListChange } from "./lists/contact-list.ts";
import { bitsOfLists } from "./lists/list-bits.ts";
import { changeMl, type MlPerson, readMl } from "./lists/ml.ts";
import { isError } from "./net/connection.ts";
import type { Attempt } from "./sign-in/attempt.ts";
import { fetchLists } from "./sign-in/lists.ts";

/** Edits come in bunches, and each of them is announced. */
const GATHER_MS = 2_000;
const AGAIN_AFTER_FAILURE_MS = 60_000;
const FETCH_MS = 60_000;
const ANSWER_MS = 60_000;
/** The lists that a client may tell of: forward, allow, block. */
const OURS = 7;

export class BookWatch {
  readonly #attempt: Attempt;
  readonly #lists: ContactList;
  readonly #tell: (changes: readonly ListChange[]) => void;
  #timer: Timer | undefined;
  #fetching: AbortController | undefined;
  #isStale = false;

  constructor(attempt: Attempt, lists: ContactList, tell: (changes: readonly ListChange[]) => void) {
    this.#attempt = attempt;
    this.#lists = lists;
    this.#tell = tell;
  }

  /** The server says that the address book was edited. */
  changed(): void {
    this.#isStale = true;
    if (!this.#timer && !this.#fetching) this.#wait(GATHER_MS);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#fetching?.abort(new Error("the session is over"));
  }

  #wait(delayMs: number): void {
    this.#timer = this.#attempt.parts.clock.after(delayMs, () => {
      this.#timer = undefined;
      this.#fetch();
    });
  }

  #fetch(): void {
    const fetching = new AbortController();
    const patience = this.#attempt.parts.clock.after(FETCH_MS, () => fetching.abort(new Error("no answer in time")));
    this.#fetching = fetching;
    this.#isStale = false;
    const settle = (): boolean => {
      patience.cancel();
      this.#fetching = undefined;
      return !this.#attempt.isOver;
    };
    fetchLists(this.#attempt, fetching.signal).then(
      ({ list }) => {
        if (!settle()) return;
        // What was announced meanwhile may or may not be in it.
        if (this.#isStale) return this.#wait(GATHER_MS);
        this.#take(this.#lists.replaceWith(list));
      },
      () => {
        // The lists stay what they were: nothing is known of them that would be newer.
        if (settle()) this.#wait(AGAIN_AFTER_FAILURE_MS);
      },
    );
  }

  #take(changes: readonly ListChange[]): void {
    this.#tell(changes);
    const told = changes.map(({ contact, wasOn }) => {
      const { address, network, lists } = contact;
      return { address, network, before: bitsOfLists(wasOn) & OURS, now: bitsOfLists(lists) & OURS };
    });
    this.#send(
      "RML",
      told.map(({ before, now, ...who }) => ({ ...who, bits: before & ~now })),
    );
    this.#send(
      "ADL",
      told.map(({ before, now, ...who }) => ({ ...who, bits: now & ~before })),
    );
  }

  #send(verb: "ADL" | "RML", people: readonly MlPerson[]): void {
    for (const payload of changeMl(people)) {
      this.#attempt.connection.ask({
        verb,
        payload,
        withinMs: ANSWER_MS,
        answer: (reply) => {
          if (!reply || !isError(reply) || verb === "RML") return;
          // Nothing will be told of whom the server does not know, so nothing may be concluded from its silence.
          const unknown = readMl(reply.payload ?? payload);
          this.#tell(unknown.flatMap((person) => this.#lists.exclude(person)));
        },
      });
    }
  }
}
