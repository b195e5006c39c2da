/**
 * What touches facts on a user's wish is a row in `request`. Whoever has the wish asks and waits for the answer; whoever
 * owns the facts carries it out: the collector while it runs, in small steps between two batches of events, or the
 * asking command itself under the data folder's lock.
 *
 *   asked    nobody has begun.
 *   working  begun; found in this state at start-up, its collector died over it, and it is begun again.
 *   done     `answer` says what came of it.
 *   failed   `answer.error` says why not.
 */
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { isPassing } from "../trouble.ts";
import { type Answer, type Handler, type Progress, RequestRefused, type Step } from "./handler.ts";
import { HANDLERS } from "./handlers.ts";

/** How often progress is written down. */
const PROGRESS_MS = 1_000;
/** A request that its collector died over so often is not tried again. */
const MAX_LIVES = 3;
/** Answers are kept for so long. */
const ANSWERS_MS = 30 * 86_400_000;

/** Not carried out at the desk, but by the collector's side that signs in: see sign-in-tests.ts. */
export const SIGN_IN_TEST = "test-account";

export type RequestState = "asked" | "working" | "done" | "failed";

export interface Answered {
  state: RequestState;
  /** While working `{ progress? }`, when failed `{ error }`. */
  answer: Answer;
  answeredMs: number | null;
}

/** Writes a wish down and returns its number. `params` are plain data. */
export function askFor(db: Handle, kind: string, params: Answer, nowMs: number): number {
  const { lastInsertRowid } = prepared(db, "INSERT INTO request (kind, params, asked_ms) VALUES (?, ?, ?)").run(
    kind,
    JSON.stringify(params),
    nowMs,
  );
  return Number(lastInsertRowid);
}

/** What has become of a request; undefined when there is none with this number (any more). */
export function answerOf(db: Handle, id: number): Answered | undefined {
  const row = prepared(db, "SELECT state, answer, answered_ms AS answeredMs FROM request WHERE id = ?").get(id) as
    | (Omit<Answered, "answer"> & { answer: string })
    | undefined;
  return row && { ...row, answer: JSON.parse(row.answer) as Answer };
}

/**
 * Carries a request out at once, for whoever holds the data folder's lock, after those that were asked for before it: a
 * pause that is found later must not undo a resumption. Returns what `answerOf` would.
 */
export async function carryOut(
  db: Handle,
  id: number,
  nowMs: number,
  onProgress?: (progress: Progress) => void,
): Promise<Answered> {
  let wake = (): void => undefined;
  const desk = new RequestDesk(db, { upTo: id, onReady: () => wake(), ...(onProgress ? { onProgress } : {}) });
  for (;;) {
    const ready = new Promise<void>((resolve) => {
      wake = resolve;
    });
    while (desk.step(nowMs));
    if (!desk.isWaiting) break;
    await ready;
  }
  return answerOf(db, id) ?? { state: "failed", answer: { error: `there is no request ${id}` }, answeredMs: null };
}

export interface DeskOptions {
  handlers?: Readonly<Record<string, Handler>>;
  /** Carry out this one and those before it. */
  upTo?: number;
  /** Something that a handler waited for has come: there is a next step. */
  onReady?(): void;
  /** A request has been answered, or has given up halfway: what is known of the facts may be old. */
  onTouched?(): void;
  onProgress?(progress: Progress): void;
}

interface Row {
  id: number;
  kind: string;
  params: string;
  askedMs: number;
  state: RequestState;
  answer: string;
}

interface UnderWay {
  id: number;
  steps: Generator<Step, Answer, unknown>;
  /** When its progress was last written down. */
  toldMs: number;
}

/** Carries requests out one after the other, a step a call. */
export class RequestDesk {
  readonly #db: Handle;
  readonly #options: DeskOptions;
  #work: UnderWay | undefined;
  #isWaiting = false;
  /** What came of that. */
  #came: { value?: unknown; error?: unknown } = {};
  /** Those begun in this life, which the last one did not die over. */
  readonly #begun = new Set<number>();

  constructor(db: Handle, options: DeskOptions = {}) {
    this.#db = db;
    this.#options = options;
  }

  /** A handler waits for something; `onReady` tells when it has come. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /**
   * Does the next step, and returns whether there is another. Throws what is wrong with the disk, which may pass: the
   * request is begun again then.
   */
  step(nowMs: number): boolean {
    if (this.#isWaiting) return false;
    try {
      this.#work ??= this.#take(nowMs);
      const work = this.#work;
      if (!work) return false;
      const came = this.#came;
      this.#came = {};
      const result = "error" in came ? work.steps.throw(came.error) : work.steps.next(came.value);
      if (result.done) this.#answer(work.id, "done", result.value, nowMs);
      else this.#between(work, result.value);
      return true;
    } catch (error) {
      const id = this.#work?.id;
      this.#work = undefined;
      this.#options.onTouched?.();
      if (id === undefined || isPassing(error)) throw error;
      this.#answer(id, "failed", { error: wordsOf(error) }, nowMs);
      return true;
    }
  }

  /** Leaves what is under way as it is; the next start takes it up. */
  stop(): void {
    this.#work?.steps.return({});
    this.#work = undefined;
  }

  /** The oldest request that is open, begun. */
  #take(nowMs: number): UnderWay | undefined {
    const row = prepared(
      this.#db,
      `SELECT id, kind, params, asked_ms AS askedMs, state, answer FROM request
       WHERE state IN ('asked', 'working') AND kind <> @elsewhere AND (@upTo IS NULL OR id <= @upTo)
       ORDER BY id LIMIT 1`,
    ).get({ upTo: this.#options.upTo ?? null, elsewhere: SIGN_IN_TEST }) as Row | undefined;
    if (!row) return undefined;
    const { id, kind, askedMs } = row;
    const lives = this.#livesOf(row);
    const handler = (this.#options.handlers ?? HANDLERS)[kind];
    if (!handler || lives > MAX_LIVES) {
      const error = handler
        ? `given up: the collector ended ${MAX_LIVES} times over it`
        : `this version cannot carry out "${kind}"`;
      this.#answer(id, "failed", { error }, nowMs);
      return this.#take(nowMs);
    }
    this.#begun.add(id);
    prepared(this.#db, "UPDATE request SET state = 'working', answer = ? WHERE id = ?").run(
      JSON.stringify({ lives }),
      id,
    );
    const steps = handler(this.#db, { params: JSON.parse(row.params) as unknown, askedMs, nowMs });
    return { id, steps, toldMs: performance.now() };
  }

  /** How many collectors have begun it, this one included. */
  #livesOf({ id, state, answer }: Row): number {
    const { lives = 0 } = JSON.parse(answer) as { lives?: number };
    return state === "working" && this.#begun.has(id) ? lives : lives + 1;
  }

  #between(work: UnderWay, step: Step): void {
    if (step === undefined) return;
    if (step === "touched") return this.#options.onTouched?.();
    if (step instanceof Promise) return this.#wait(step);
    this.#options.onProgress?.(step);
    const nowMs = performance.now();
    if (nowMs - work.toldMs < PROGRESS_MS) return;
    work.toldMs = nowMs;
    prepared(this.#db, "UPDATE request SET answer = json_set(answer, '$.progress', json(?)) WHERE id = ?").run(
      JSON.stringify(step),
      work.id,
    );
  }

  #wait(step: Promise<unknown>): void {
    this.#isWaiting = true;
    const goOn = (came: { value?: unknown; error?: unknown }): void => {
      this.#came = came;
      this.#isWaiting = false;
      this.#options.onReady?.();
    };
    step.then(
      (value: unknown) => goOn({ value }),
      (error: unknown) => goOn({ error }),
    );
  }

  #answer(id: number, state: "done" | "failed", answer: Answer, nowMs: number): void {
    answerRequest(this.#db, id, state, answer, nowMs);
    this.#work = undefined;
    this.#options.onTouched?.();
  }
}

/** What was asked is not kept beside the answer: it may name somebody who is to be forgotten one day. */
export function answerRequest(db: Handle, id: number, state: "done" | "failed", answer: Answer, nowMs: number): void {
  db.transaction(() => {
    prepared(db, "UPDATE request SET state = ?, params = '{}', answer = ?, answered_ms = ? WHERE id = ?").run(
      state,
      JSON.stringify(answer),
      nowMs,
      id,
    );
    prepared(db, "DELETE FROM request WHERE answered_ms < ?").run(nowMs - ANSWERS_MS);
  }).immediate();
}

function wordsOf(error: unknown): string {
  if (error instanceof RequestRefused) return error.message;
  // A mistake of ours: it must not stop the recording, so it is answered and not thrown.
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
