import "server-only";
import { dataVersion } from "../../db/history/changes.ts";
import { everyone, type FeedMessage } from "./board.ts";
import { type History, openHistory } from "./history.ts";
import { readBoard, readStrips } from "./read-board.ts";

/** Knowledge also goes stale by time alone, and the database may be replaced; so look again this often. */
const RECHECK_MS = 3_000;

/** What one live view has to be told. Ask often: while nothing was committed, asking costs one pragma. */
export class BoardFeed {
  readonly #zone: string;
  #history: History | undefined;
  #version = -1;
  #checkedMs = 0;
  #todayMs = 0;
  /** By contact, the state that was sent last. */
  #sent = new Map<number, string>();
  #lastMessage = "";

  constructor(zone: string) {
    this.#zone = zone;
  }

  /** The next message, or undefined when there is no news. */
  async next(nowMs: number): Promise<FeedMessage | undefined> {
    // A handle that another request has closed belonged to a file that was replaced.
    const isClosed = this.#history?.kind === "ready" && !this.#history.db.open;
    const isDue = isClosed || nowMs - this.#checkedMs >= RECHECK_MS || nowMs < this.#checkedMs;
    if (isDue) {
      this.#checkedMs = nowMs;
      this.#history = openHistory();
    }
    if (!this.#history) return undefined;
    if (this.#history.kind !== "ready") return this.#ifNew(withoutBoard(this.#history));
    const version = dataVersion(this.#history.db);
    if (!isDue && version === this.#version) return undefined;
    this.#version = version;
    return this.#ifNew(await this.#look(this.#history, nowMs));
  }

  async #look({ db, isSandbox }: History & { kind: "ready" }, nowMs: number): Promise<FeedMessage> {
    const board = await readBoard(db, isSandbox, nowMs, this.#zone);
    if (board.today.fromMs !== this.#todayMs) this.#sent.clear();
    this.#todayMs = board.today.fromMs;
    const states = new Map(everyone(board).map((one) => [one.id, `${one.status} ${one.sinceMs}`]));
    const strips = await readStrips(db, board, ({ id }) => this.#sent.get(id) !== states.get(id));
    this.#sent = states;
    return { kind: "board", board, strips };
  }

  #ifNew(message: FeedMessage): FeedMessage | undefined {
    // The instant of asking is no news, and a strip comes with a state that is.
    const news = message.kind === "board" ? message.board : message;
    const text = JSON.stringify(news, (key, value: unknown) => (key === "nowMs" ? undefined : value));
    if (text === this.#lastMessage) return undefined;
    this.#lastMessage = text;
    return message;
  }
}

function withoutBoard(history: History & { kind: "nothing-yet" | "unreadable" }): FeedMessage {
  return {
    kind: "no-board",
    reason: history.kind,
    message: history.kind === "unreadable" ? history.message : `Nothing is recorded in ${history.folder} yet.`,
  };
}
