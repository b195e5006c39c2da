import { expect, test } from "vitest";
import { type Handler, RequestRefused } from "../../../db/keep/handler.ts";
import { answerOf, askFor, carryOut, RequestDesk } from "../../../db/keep/requests.ts";
import { Story } from "../db/story.ts";

const NOW_MS = Date.UTC(2026, 10, 22);

/** Counts to `params.to`, a step each, and remembers every step in the list. */
function counting(steps: number[]): Handler {
  return function* (_db, { params }) {
    const { to } = params as { to: number };
    for (let n = 1; n <= to; n++) {
      steps.push(n);
      yield { done: n, total: to };
    }
    return { counted: to };
  };
}

test("a request is carried out step by step, and answered in its row", () => {
  const { db } = new Story();
  const steps: number[] = [];
  const desk = new RequestDesk(db, { handlers: { count: counting(steps) } });
  expect(desk.step(NOW_MS)).toBe(false);
  const id = askFor(db, "count", { to: 2 }, NOW_MS - 1_000);
  expect(answerOf(db, id)).toEqual({ state: "asked", answer: {}, answeredMs: null });
  expect(desk.step(NOW_MS)).toBe(true);
  expect(answerOf(db, id)).toMatchObject({ state: "working" });
  expect(steps).toEqual([1]);
  expect(desk.step(NOW_MS)).toBe(true);
  expect(desk.step(NOW_MS)).toBe(true);
  expect(desk.step(NOW_MS)).toBe(false);
  expect(answerOf(db, id)).toEqual({ state: "done", answer: { counted: 2 }, answeredMs: NOW_MS });
});

test("requests are carried out in the order in which they were asked", () => {
  const { db } = new Story();
  const steps: number[] = [];
  const desk = new RequestDesk(db, { handlers: { count: counting(steps) } });
  askFor(db, "count", { to: 2 }, NOW_MS);
  askFor(db, "count", { to: 3 }, NOW_MS);
  while (desk.step(NOW_MS));
  expect(steps).toEqual([1, 2, 1, 2, 3]);
});

test("what this version does not know is answered, and does not hold up what it knows", () => {
  const { db } = new Story();
  const desk = new RequestDesk(db, { handlers: { count: counting([]) } });
  const strange = askFor(db, "levitate", {}, NOW_MS);
  const known = askFor(db, "count", { to: 1 }, NOW_MS);
  while (desk.step(NOW_MS));
  expect(answerOf(db, strange)).toEqual({
    state: "failed",
    answer: { error: 'this version cannot carry out "levitate"' },
    answeredMs: NOW_MS,
  });
  expect(answerOf(db, known)?.state).toBe("done");
});

test("a refusal is answered in its own words, a mistake of ours with its name, and neither is thrown", () => {
  const { db } = new Story();
  const handlers: Record<string, Handler> = {
    // biome-ignore lint/correctness/useYield: it refuses before its first step.
    *refuse() {
      throw new RequestRefused("there is no such contact");
    },
    *stumble() {
      yield undefined;
      throw new TypeError("x is not a function");
    },
  };
  const desk = new RequestDesk(db, { handlers });
  const ids = ["refuse", "stumble"].map((kind) => askFor(db, kind, {}, NOW_MS));
  while (desk.step(NOW_MS));
  expect(ids.map((id) => answerOf(db, id)?.answer)).toEqual([
    { error: "there is no such contact" },
    { error: "TypeError: x is not a function" },
  ]);
});

test("a request that its collector died over is begun again, and given up after the third death", () => {
  const { db } = new Story();
  const steps: number[] = [];
  const id = askFor(db, "count", { to: 9 }, NOW_MS);
  for (let life = 0; life < 3; life++) new RequestDesk(db, { handlers: { count: counting(steps) } }).step(NOW_MS);
  expect(steps).toEqual([1, 1, 1]);
  expect(answerOf(db, id)?.state).toBe("working");
  new RequestDesk(db, { handlers: { count: counting(steps) } }).step(NOW_MS);
  expect(answerOf(db, id)).toMatchObject({
    state: "failed",
    answer: { error: "given up: the collector ended 3 times over it" },
  });
});

test("a disk that refuses is told to whoever steps, and the request begins again when it is asked next", () => {
  const { db } = new Story();
  let tries = 0;
  const desk = new RequestDesk(db, {
    handlers: {
      *write() {
        tries++;
        yield undefined;
        if (tries < 5) throw Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
        return { tries };
      },
    },
  });
  const id = askFor(db, "write", {}, NOW_MS);
  for (let n = 1; n < 5; n++) {
    desk.step(NOW_MS);
    expect(() => desk.step(NOW_MS)).toThrow("disk is full");
  }
  while (desk.step(NOW_MS));
  expect(answerOf(db, id)).toMatchObject({ state: "done", answer: { tries: 5 } });
});

test("a handler may wait for something, and gets what came of it", async () => {
  const { db } = new Story();
  let wakes = 0;
  let settle = (_value: string): void => undefined;
  const desk = new RequestDesk(db, {
    onReady: () => void wakes++,
    handlers: {
      *wait() {
        const word = yield new Promise<string>((resolve) => {
          settle = resolve;
        });
        try {
          yield Promise.reject(new Error("not this one"));
        } catch (error) {
          return { word, error: (error as Error).message };
        }
        return {};
      },
    },
  });
  const id = askFor(db, "wait", {}, NOW_MS);
  desk.step(NOW_MS);
  expect(desk.isWaiting).toBe(true);
  expect(desk.step(NOW_MS)).toBe(false);
  settle("word");
  await expect.poll(() => wakes).toBe(1);
  desk.step(NOW_MS);
  await expect.poll(() => wakes).toBe(2);
  desk.step(NOW_MS);
  expect(answerOf(db, id)?.answer).toEqual({ word: "word", error: "not this one" });
});

test("what was asked is not kept beside the answer", () => {
  const { db } = new Story();
  const desk = new RequestDesk(db, { handlers: { count: counting([]) } });
  askFor(db, "count", { to: 1, whom: "bob@example.com" }, NOW_MS);
  while (desk.step(NOW_MS));
  expect(db.prepare("SELECT params FROM request").pluck().all()).toEqual(["{}"]);
});

test("without a collector a request is carried out at once, behind those before it and without those after it", async () => {
  const { db } = new Story();
  const before = askFor(db, "levitate", {}, NOW_MS);
  const id = askFor(db, "levitate too", {}, NOW_MS);
  const after = askFor(db, "levitate still", {}, NOW_MS);
  expect(await carryOut(db, id, NOW_MS)).toMatchObject({ state: "failed" });
  expect(answerOf(db, before)?.state).toBe("failed");
  expect(answerOf(db, after)?.state).toBe("asked");
  expect(await carryOut(db, 99, NOW_MS)).toMatchObject({
    state: "failed",
    answer: { error: "there is no request 99" },
  });
});

test("a pause that no collector lived to carry out does not undo a later resumption", async () => {
  const story = new Story();
  story.roster(0, "bob");
  const contactId = story.contactId("bob");
  askFor(story.db, "pause", { contactId }, NOW_MS);
  const resumed = await carryOut(story.db, askFor(story.db, "resume", { contactId }, NOW_MS + 1_000), NOW_MS + 1_000);
  expect(resumed).toMatchObject({ state: "done", answer: { changed: true } });
  const desk = new RequestDesk(story.db);
  while (desk.step(NOW_MS + 2_000));
  expect(story.rows("SELECT from_ms AS fromMs, to_ms AS toMs FROM pause")).toEqual([
    { fromMs: NOW_MS, toMs: NOW_MS + 1_000 },
  ]);
});
