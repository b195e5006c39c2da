/**
 * Conversations that others open with a visible account. A logger has nothing to say: it joins, declines what it is invited
 * to, notes who is active, and leaves when nobody speaks. What is said is neither kept nor passed on.
 */
import type { Clock } from "./messenger/clock.ts";
import type { Dialect } from "./messenger/dialects.ts";
import type { Ring, SwitchboardTicket } from "./messenger/events.ts";
import type { Dial } from "./messenger/net/link.ts";
import { activityOf, type ContactActivity } from "./messenger/switchboard/activity.ts";
import { answerRing, type Conversation } from "./messenger/switchboard/conversation.ts";

/** More at once are let pass: somebody plays with the bell. */
const MAX_CONVERSATIONS = 20;
/** Whoever has said nothing for so long has gone; a logger need not hold a line for them. */
const IDLE_MS = 5 * 60_000;

export interface ConversationsOptions {
  own: { address: string; placeId?: string | undefined };
  dialect: Dialect;
  request(options: { signal: AbortSignal }): Promise<SwitchboardTicket>;
}

export class Conversations {
  readonly #options: ConversationsOptions;
  readonly #parts: { clock: Clock; dial: Dial };
  readonly #note: (activity: ContactActivity) => void;
  readonly #open = new Set<Conversation>();

  constructor(
    options: ConversationsOptions,
    parts: { clock: Clock; dial: Dial },
    note: (activity: ContactActivity) => void,
  ) {
    this.#options = options;
    this.#parts = parts;
    this.#note = note;
  }

  answer(ring: Ring): void {
    if (this.#open.size >= MAX_CONVERSATIONS) return;
    const { own } = this.#options;
    const options = { ...this.#options, idleMs: IDLE_MS };
    const conversation = answerRing(ring, options, this.#parts, (event) => {
      const activity = activityOf(event, own.address);
      if (activity) this.#note(activity);
      // There is nothing that we would open another switchboard for.
      if (event.kind === "closed") conversation.leave();
    });
    this.#open.add(conversation);
    void conversation.ended.then(() => this.#open.delete(conversation));
  }

  leaveAll(): void {
    for (const conversation of this.#open) conversation.leave();
  }
}
