/**
 * The user, who asks for things: through a row that the collector finds, or at once while none runs. Keeps a note of
 * each wish, from which the oracle knows what may go and what must not be recorded.
 */
import { forgetParams } from "../../db/keep/forget.ts";
import { answerOf, askFor, carryOut } from "../../db/keep/requests.ts";
import { contactsNamed } from "../../db/keep/whom.ts";
import { type Handle, openForWriting } from "../../db/open.ts";

export type Asked =
  | { kind: "pause" | "resume" | "forget"; account: string; person: string }
  | { kind: "exclude" | "include"; pattern: string }
  /** Without a person, of the whole history. */
  | { kind: "retention"; account: string; person?: string; days: number | null }
  /** `nth`: which of the other Rollcall's states. */
  | { kind: "merge"; file: string; nth: number };

/** Instants are true ones but for `askedWallMs`, which is what the machine's clock showed. */
export type WishNote = Asked & {
  askedMs: number;
  askedWallMs: number;
  /** When it was seen to be done, or to be refused; missing: open. */
  answeredMs?: number;
  refusal?: string;
};

export interface Asking {
  nowMs: number;
  wallMs: number;
  /** Somebody is there to carry it out. */
  isCollecting: boolean;
}

export class Wishes {
  readonly #path: string;
  readonly notes: WishNote[] = [];
  readonly #open = new Map<number, WishNote>();

  constructor(path: string) {
    this.#path = path;
  }

  /** Returns false when there is nobody of that name to ask about. */
  async ask(wish: Asked, { nowMs, wallMs, isCollecting }: Asking): Promise<boolean> {
    const db = openForWriting(this.#path);
    try {
      const params = paramsOf(db, wish);
      if (!params) return false;
      const id = askFor(db, wish.kind, params, wallMs);
      const note: WishNote = { ...wish, askedMs: nowMs, askedWallMs: wallMs };
      this.notes.push(note);
      this.#open.set(id, note);
      if (!isCollecting) {
        await carryOut(db, id, wallMs);
        this.look(db, nowMs);
      }
      return true;
    } finally {
      db.close();
    }
  }

  /** Notes what has been answered by now. */
  look(db: Handle, nowMs: number): void {
    for (const [id, note] of this.#open) {
      const found = answerOf(db, id);
      if (found && found.state !== "done" && found.state !== "failed") continue;
      this.#open.delete(id);
      note.answeredMs = nowMs;
      if (found?.state === "failed") note.refusal = String(found.answer.error);
    }
  }
}

function paramsOf(db: Handle, wish: Asked): Record<string, unknown> | undefined {
  switch (wish.kind) {
    case "pause":
    case "resume": {
      const contactId = contactIdOf(db, wish);
      return contactId === undefined ? undefined : { contactId };
    }
    case "forget": {
      const contactId = contactIdOf(db, wish);
      return contactId === undefined ? undefined : forgetParams(db, contactId);
    }
    case "exclude":
    case "include":
      return { pattern: wish.pattern };
    case "retention": {
      if (wish.person === undefined) return { days: wish.days };
      const contactId = contactIdOf(db, { account: wish.account, person: wish.person });
      return contactId === undefined ? undefined : { contactId, days: wish.days };
    }
    case "merge":
      return { file: wish.file };
    default:
      return wish satisfies never;
  }
}

function contactIdOf(db: Handle, { account, person }: { account: string; person: string }): number | undefined {
  return contactsNamed(db, person, account)[0]?.id;
}

/** Whether a wish is about this contact, as one that keeps it from being recorded. */
export function isAbout(wish: WishNote, account: string, contact: string): boolean {
  switch (wish.kind) {
    case "pause":
    case "resume":
    case "forget":
      return wish.account === account && wish.person === contact;
    case "exclude":
    case "include":
      return isLike(wish.pattern, contact);
    case "retention":
    case "merge":
      return false;
    default:
      return wish satisfies never;
  }
}

/** The patterns of these worlds are whole addresses, or a letter before `*@*`. */
function isLike(pattern: string, contact: string): boolean {
  return pattern.endsWith("*@*") ? contact.startsWith(pattern.slice(0, -3)) : contact === pattern;
}

/** A stretch of true time in which a wish kept a contact from being recorded. */
export interface Barred {
  /** When it was asked for. Only what came before it must be there. */
  askedMs: number;
  /** From here on nothing may be recorded, until somebody asks for the opposite. */
  fromMs: number;
  toMs: number;
  /** When it was over for certain: the opposite had been done. */
  doneMs: number;
  /** What the machine's clock showed at `toMs`: while it shows less, nothing need be recorded. */
  untilWallMs: number;
  isPause: boolean;
}

export function barredOf(wishes: readonly WishNote[], account: string, contact: string): Barred[] {
  const about = wishes.filter((wish) => isAbout(wish, account, contact));
  return about.flatMap((wish, at) => {
    if (wish.kind !== "pause" && wish.kind !== "exclude" && wish.kind !== "forget") return [];
    if (wish.refusal !== undefined) return [];
    const opposite = about.slice(at + 1).find((later) => isOpposite(wish, later));
    return {
      askedMs: wish.askedMs,
      fromMs: wish.answeredMs ?? Number.POSITIVE_INFINITY,
      toMs: opposite?.askedMs ?? Number.POSITIVE_INFINITY,
      doneMs: opposite?.answeredMs ?? Number.POSITIVE_INFINITY,
      untilWallMs: opposite?.askedWallMs ?? Number.POSITIVE_INFINITY,
      isPause: wish.kind === "pause",
    };
  });
}

function isOpposite(wish: WishNote, later: WishNote): boolean {
  if (wish.kind === "pause") return later.kind === "resume";
  return wish.kind === "exclude" && later.kind === "include" && later.pattern === wish.pattern;
}
