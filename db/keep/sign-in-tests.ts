/**
 * Trying a sign-in on a user's wish. The dashboard asks with a row in `request`; the collector that runs signs in once,
 * without recording, and answers. The password comes sealed and can be opened by the collector alone; it goes with the
 * answer. It is no request of the desk's: it wants the network, takes seconds, and holds up nobody.
 */
import { z } from "zod";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { type AccountSettings, accountSettings } from "../settings/accounts.ts";
import { answerRequest, askFor, SIGN_IN_TEST } from "./requests.ts";

/** Whoever asked has gone away by then. */
const STALE_MS = 60_000;

/** In these words the index of open requests is found; answers are kept for a month. */
const OPEN = "state IN ('asked', 'working')";

const params = z.strictObject({ account: accountSettings, sealed: z.base64() });

export interface SignInTest {
  id: number;
  account: AccountSettings;
  sealedPassword: Uint8Array;
}

export interface TestAnswer {
  /**
   * `in`: it can sign in. `recorded`: the collector that answers is signing it in anyway, and a second sign-in would throw
   * the first one out. `refused`: a person has to change something. `lost`: it could not be found out.
   */
  came: "in" | "recorded" | "refused" | "lost";
  /** What came of it, for a person. */
  message: string;
}

/** Returns the number of the request. */
export function askForTest(db: Handle, account: AccountSettings, sealedPassword: Uint8Array, nowMs: number): number {
  return askFor(db, SIGN_IN_TEST, { account, sealed: Buffer.from(sealedPassword).toString("base64") }, nowMs);
}

/** The next one that nobody has begun. One that waited for too long, or is none, is answered with that. */
export function takeTest(db: Handle, nowMs: number): SignInTest | undefined {
  const row = prepared(
    db,
    `SELECT id, params, asked_ms AS askedMs FROM request WHERE ${OPEN} AND kind = ? AND state = 'asked' ORDER BY id LIMIT 1`,
  ).get(SIGN_IN_TEST) as { id: number; params: string; askedMs: number } | undefined;
  if (!row) return undefined;
  const { id, askedMs } = row;
  const parsed = params.safeParse(JSON.parse(row.params));
  if (!parsed.success || Math.abs(nowMs - askedMs) > STALE_MS) {
    const error = parsed.success ? "no collector was there to try it" : "it asks for no sign-in that can be tried";
    answerRequest(db, id, "failed", { error }, nowMs);
    return takeTest(db, nowMs);
  }
  prepared(db, "UPDATE request SET state = 'working' WHERE id = ?").run(id);
  const { account, sealed } = parsed.data;
  return { id, account, sealedPassword: Buffer.from(sealed, "base64") };
}

export function answerTest(db: Handle, id: number, answer: TestAnswer, nowMs: number): void {
  answerRequest(db, id, "done", { ...answer }, nowMs);
}

/** Those that the last collector died over: nobody waits for them any more. To be called by the one that starts. */
export function endTests(db: Handle, nowMs: number): void {
  const ids = prepared(db, `SELECT id FROM request WHERE ${OPEN} AND kind = ? AND state = 'working'`)
    .pluck()
    .all(SIGN_IN_TEST) as number[];
  for (const id of ids) answerRequest(db, id, "failed", { error: "the collector ended meanwhile" }, nowMs);
}
