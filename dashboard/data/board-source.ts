/**
 * The board as it changes, read once for all who watch it. Each state of it has a number; a viewer says which one it
 * knows, and is told what has changed since.
 */
import "server-only";
import { dataVersion } from "../../db/history/changes.ts";
import { type Contact, inOrder } from "../../db/history/contacts.ts";
import type { Handle } from "../../db/open.ts";
import { type Board, type Details, everyone, FEW_PEOPLE, type Person } from "./board.ts";
import { type BoardChanges, changesBetween, changesOf, type FeedMessage, withOnly } from "./board-changes.ts";
import { type History, openHistory } from "./history.ts";
import { calledContacts, readBoard, readDetails, rowsOf } from "./read-board.ts";

/** However many watch, the history is looked at no more often. */
const LOOK_EVERY_MS = 150;
/** Names, groups and who is on the lists are read no more often. */
const READ_NAMES_EVERY_MS = 1_000;
/** Knowledge also goes stale by time alone, and the database may be replaced; so look again this often. */
const RECHECK_MS = 3_000;
/** Whoever is more steps behind is told the whole. */
const STEPS_KEPT = 16;
/** The details of more people than this are asked for by who shows them. */
const FEW_CHANGES = 50;

type State = { kind: "board"; board: Board; db: Handle } | { kind: "no-board"; message: NoBoard };
type NoBoard = FeedMessage & { kind: "no-board" };

interface KnownContacts {
  /** By number. */
  read: Contact[];
  /** By name. */
  shown: Contact[];
}

interface Step {
  changes: BoardChanges;
  details: Record<number, Details>;
  text: string;
}

export interface Told {
  number: number;
  /** Server-sent events; empty when the news is about others. */
  text: string;
}

export class BoardSource {
  readonly #zone: string;
  #state: State | undefined;
  /** Of the state. */
  #number = 0;
  /** What led to the state, the last step last. */
  #steps: Step[] = [];
  #whole: string | undefined;
  #contacts: KnownContacts = { read: [], shown: [] };
  #namesReadMs = 0;
  #version = -1;
  #lookedMs = 0;
  #checkedMs = 0;
  #looking: Promise<void> | undefined;

  constructor(zone: string) {
    this.#zone = zone;
  }

  /** As of the last look; undefined when there is none. */
  get board(): Board | undefined {
    return this.#state?.kind === "board" ? this.#state.board : undefined;
  }

  /** When somebody last asked. */
  get lookedMs(): number {
    return this.#lookedMs;
  }

  /** Looks whether there is news, unless somebody has just done so. While nothing was committed it costs one pragma. */
  async look(nowMs: number): Promise<void> {
    if (Math.abs(nowMs - this.#lookedMs) >= LOOK_EVERY_MS && !this.#looking) {
      this.#lookedMs = nowMs;
      this.#looking = this.#look(nowMs).finally(() => {
        this.#looking = undefined;
      });
    }
    await this.#looking;
  }

  /**
   * What a viewer has to be told who knows the state of this number, or none; undefined without news. `contactId`: the
   * viewer shows this contact alone.
   */
  async tell(known: number | undefined, contactId?: number): Promise<Told | undefined> {
    if (!this.#state || known === this.#number) return undefined;
    const number = this.#number;
    const behind = number - (known ?? Number.NEGATIVE_INFINITY);
    if (behind > this.#steps.length) return { number, text: await this.#tellWhole(this.#state, contactId) };
    const steps = this.#steps.slice(-behind);
    return {
      number,
      text: steps.map((step) => (contactId === undefined ? step.text : about(step, contactId))).join(""),
    };
  }

  async #tellWhole(state: State, contactId: number | undefined): Promise<string> {
    if (state.kind === "no-board") return eventOf(state.message);
    const { board, db } = state;
    if (contactId !== undefined) return eventOf({ kind: "board", board: withOnly(board, contactId), details: {} });
    this.#whole ??= eventOf({ kind: "board", board, details: await detailsOf(db, board, everyone(board), FEW_PEOPLE) });
    return this.#whole;
  }

  async #look(nowMs: number): Promise<void> {
    // A handle that another request has closed belonged to a file that was replaced.
    const isOpen = this.#state?.kind === "board" && this.#state.db.open;
    const isDue = !isOpen || Math.abs(nowMs - this.#checkedMs) >= RECHECK_MS;
    if (!isDue) {
      const { db, board } = this.#state as State & { kind: "board" };
      return dataVersion(db) === this.#version ? undefined : this.#read(db, board.isSandbox, nowMs);
    }
    this.#checkedMs = nowMs;
    const history = openHistory();
    if (history.kind === "ready") return this.#read(history.db, history.isSandbox, nowMs);
    const message = withoutBoard(history);
    if (this.#state?.kind === "no-board" && this.#state.message.message === message.message) return;
    this.#begin({ kind: "no-board", message });
  }

  async #read(db: Handle, isSandbox: boolean, nowMs: number): Promise<void> {
    const before = this.#state?.kind === "board" && this.#state.db === db ? this.#state.board : undefined;
    this.#version = dataVersion(db);
    const contacts = await this.#readContacts(db, before === undefined, nowMs);
    const board = await readBoard(db, isSandbox, nowMs, this.#zone, contacts.shown);
    const isOther = contacts !== this.#contacts;
    // Not before the board has been read: what could not be read is tried again.
    this.#contacts = contacts;
    if (!before || isOther || !isSameFrame(before, board)) return this.#begin({ kind: "board", board, db });
    const changes = changesBetween(before, board);
    if (!changes) return;
    const details = await detailsOf(db, board, changes.people, FEW_CHANGES);
    this.#state = { kind: "board", board, db };
    this.#whole = undefined;
    this.#number++;
    this.#steps.push({ changes, details, text: eventOf({ kind: "changes", ...changes, details }) });
    if (this.#steps.length > STEPS_KEPT) this.#steps.shift();
  }

  /** Those that are known, or others. */
  async #readContacts(db: Handle, isNew: boolean, nowMs: number): Promise<KnownContacts> {
    if (!isNew && Math.abs(nowMs - this.#namesReadMs) < READ_NAMES_EVERY_MS) return this.#contacts;
    this.#namesReadMs = nowMs;
    const read = await calledContacts(db);
    return isSameList(read, this.#contacts.read) ? this.#contacts : { read, shown: inOrder(read) };
  }

  /** Something else than before, which everybody is told as a whole. */
  #begin(state: State): void {
    this.#state = state;
    this.#whole = undefined;
    this.#steps = [];
    this.#number++;
  }
}

async function detailsOf(
  db: Handle,
  board: Board,
  people: readonly Person[],
  most: number,
): Promise<Record<number, Details>> {
  if (people.length > most) return {};
  const ids = new Set(people.map(({ id }) => id));
  return readDetails(
    db,
    board,
    rowsOf(board).filter(({ id }) => ids.has(id)),
  );
}

function about({ changes }: Step, contactId: number): string {
  const own = changesOf(changes, contactId);
  return own ? eventOf({ kind: "changes", ...own, details: {} }) : "";
}

function eventOf(message: FeedMessage): string {
  return `data: ${JSON.stringify(message)}\n\n`;
}

/** The same accounts on the same day, so that the one board is the other with some changes. */
function isSameFrame(a: Board, b: Board): boolean {
  const frame = ({ isSandbox, today, accounts }: Board) => [isSandbox, today.fromMs, ...accounts.map(({ id }) => id)];
  return frame(a).join() === frame(b).join();
}

function isSameList(a: readonly Contact[], b: readonly Contact[]): boolean {
  const isSame = (one: Contact, other: Contact | undefined) =>
    one.id === other?.id &&
    one.name === other.name &&
    one.removedMs === other.removedMs &&
    one.groups.join("\n") === other.groups.join("\n");
  return a.length === b.length && a.every((one, i) => isSame(one, b[i]));
}

function withoutBoard(history: Exclude<History, { kind: "ready" }>): NoBoard {
  return {
    kind: "no-board",
    reason: history.kind,
    message: history.kind === "unreadable" ? history.message : `Nothing is recorded in ${history.folder} yet.`,
  };
}
