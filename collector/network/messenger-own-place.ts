/**
 * From MSNP16 on an account may be signed in at several places, and all of them show one status. So the collector's
 * "appear offline" would hide its user who is at another place, and would itself be shown as its user for ever when they
 * had left. This keeps the status at what the user's own place said while there is one, and at ours when there is none.
 */
import type { MessengerEvent } from "./messenger/events.ts";
import type { OwnStatus } from "./messenger/session-api.ts";

export interface OwnPlaceOptions {
  /** Our own place's GUID, with braces. */
  placeId: string;
  /** What to show when the account is signed in nowhere else. */
  alone: OwnStatus;
  change(status: OwnStatus): void;
}

const STATUSES: readonly OwnStatus[] = ["NLN", "BSY", "IDL", "BRB", "AWY", "PHN", "LUN", "HDN"];

export class OwnPlace {
  readonly #options: OwnPlaceOptions;
  /** Whether somebody was at another place when we last heard; undefined until the server has spoken of places. */
  #hasCompany: boolean | undefined;

  constructor(options: OwnPlaceOptions) {
    this.#options = options;
  }

  /** To be told everything, from the barrier on. */
  hear(event: MessengerEvent): void {
    if (event.kind !== "own-details" || !event.details.places) return;
    const { placeId, alone, change } = this.#options;
    const others = event.details.places.filter(({ id }) => id !== placeId.toLowerCase());
    const hadCompany = this.#hasCompany;
    this.#hasCompany = others.length > 0;
    if (hadCompany && !this.#hasCompany) return change(alone);
    // Only right after our own first status, which has overwritten theirs; later their own place speaks for itself.
    if (hadCompany !== undefined || !this.#hasCompany) return;
    const theirs = STATUSES.find((status) => others.some(({ state }) => state === status));
    if (theirs !== undefined && theirs !== alone) change(theirs);
  }
}
