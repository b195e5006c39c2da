/** What a made-up person says to somebody who opens a conversation with them: one friendly line, once. */
import type { Clock } from "../network/messenger/clock.ts";
import type { Ring } from "../network/messenger/events.ts";
import type { Dial } from "../network/messenger/net/link.ts";
import { type AnswerOptions, answerRing, type Conversation } from "../network/messenger/switchboard/conversation.ts";

/** More at once are let pass: somebody plays with the bell. */
const MAX_CONVERSATIONS = 5;
const TIMEOUT_MS = 5 * 60_000;
const LINE =
  "Hello! I am one of the sandbox's made-up people, and this is all I can say. Your message has arrived, though.";

export class SmallTalk {
  readonly #parts: { clock: Clock; dial: Dial };
  readonly #open = new Set<Conversation>();

  constructor(parts: { clock: Clock; dial: Dial }) {
    this.#parts = parts;
  }

  answer(ring: Ring, options: Pick<AnswerOptions, "own" | "dialect" | "request">): void {
    if (this.#open.size >= MAX_CONVERSATIONS) return;
    let hasSpoken = false;
    const conversation = answerRing(ring, { ...options, timeoutMs: TIMEOUT_MS }, this.#parts, (event) => {
      // There is nothing to call anybody back for.
      if (event.kind === "closed") conversation.leave();
      if (event.kind !== "text" || hasSpoken) return;
      hasSpoken = true;
      void conversation.sendText(LINE);
    });
    this.#open.add(conversation);
    void conversation.ended.then(() => this.#open.delete(conversation));
  }

  async stop(): Promise<void> {
    const ending = [...this.#open].map((conversation) => {
      conversation.leave();
      return conversation.ended;
    });
    await Promise.all(ending);
  }
}
