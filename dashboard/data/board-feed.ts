import "server-only";
import type { Board } from "./board.ts";
import { BoardSource } from "./board-source.ts";
import type { ReadyHistory } from "./history.ts";
import type { Feed } from "./live-events.ts";
import { readBoard } from "./read-board.ts";

/** A source that nobody has asked for so long is let go. */
const IDLE_MS = 60_000;

/** Sources by zone. Next may load this module once per route, so they are kept on the process. */
const KEPT = Symbol.for("rollcall.boards");
const home = globalThis as { [KEPT]?: Map<string, BoardSource> };

/** What one live view has to be told. Ask often. `contactId`: the view shows this contact alone. */
export class BoardFeed implements Feed {
  readonly #zone: string;
  readonly #contactId: number | undefined;
  #source: BoardSource | undefined;
  #known: number | undefined;

  constructor(zone: string, contactId?: number) {
    this.#zone = zone;
    this.#contactId = contactId;
  }

  /** The next server-sent events, or undefined when there is no news. */
  async next(nowMs: number): Promise<string | undefined> {
    const source = sourceOf(this.#zone, nowMs);
    if (source !== this.#source) this.#known = undefined;
    this.#source = source;
    await source.look(nowMs);
    const told = await source.tell(this.#known, this.#contactId);
    if (!told) return undefined;
    this.#known = told.number;
    return told.text || undefined;
  }
}

/** The board as it is now, for a page: of the one reading that all share, or else read for this page. */
export async function boardNow({ db, isSandbox }: ReadyHistory, zone: string, nowMs: number): Promise<Board> {
  const source = sourceOf(zone, nowMs);
  await source.look(nowMs);
  return source.board ?? readBoard(db, isSandbox, nowMs, zone);
}

function sourceOf(zone: string, nowMs: number): BoardSource {
  home[KEPT] ??= new Map();
  for (const [other, { lookedMs }] of home[KEPT]) {
    if (other !== zone && Math.abs(nowMs - lookedMs) > IDLE_MS) home[KEPT].delete(other);
  }
  const source = home[KEPT].get(zone) ?? new BoardSource(zone);
  home[KEPT].set(zone, source);
  return source;
}
