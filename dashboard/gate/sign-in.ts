/** The sign-in form's answer: a password becomes a session, and guessing becomes slow. */
import type { IncomingMessage } from "node:http";
import type { Access } from "../../db/access/access.ts";
import { TooBusy } from "../../db/access/argon2-turn.ts";
import type { Attempts } from "./attempts.ts";
import { browserName } from "./browser-name.ts";
import { type Door, ownPage, sessionCookie } from "./door.ts";
import { readForm } from "./form.ts";

export type SignIn =
  | { kind: "in"; cookie: string; location: string }
  | { kind: "refused"; code: 400 | 401 | 429; why: string; to: string; retryAfterS?: number };

/** How soon to come back when too many passwords are being checked. */
const BUSY_S = 2;

const WRONG_OF_BOTH = "That is not the password, or not a code of now; each code works once.";

/** Throws AccessRefused. */
export async function signIn(
  access: Access,
  request: IncomingMessage,
  door: Door,
  attempts: Attempts,
): Promise<SignIn> {
  const form = await readForm(request);
  const to = ownPage(form?.get("to") ?? "/");
  const password = form?.get("password");
  if (password === null || password === undefined)
    return { kind: "refused", code: 400, why: "That was no sign-in form.", to };
  // Without a password there is nothing to guess, and nobody should believe that they mistyped.
  if (!access.hasPassword()) return { kind: "refused", code: 401, why: "No password is set yet.", to };
  const waitMs = attempts.begin(door.way.address, door.nowMs);
  if (waitMs > 0) return { ...tooOften(waitMs), to };
  try {
    const isPassword = await access.isPassword(password);
    const asksForCodes = access.asksForCodes();
    // A code is used up by the right password alone, and which of both was wrong is not said.
    if (!isPassword || (asksForCodes && !access.takeCode(form?.get("code") ?? "", door.nowMs)))
      return { kind: "refused", code: 401, why: asksForCodes ? WRONG_OF_BOTH : "That is not the password.", to };
  } catch (error) {
    if (!(error instanceof TooBusy)) throw error;
    return { ...tooOften(BUSY_S * 1_000), to };
  }
  attempts.succeeded(door.way.address);
  const token = access.startSession(door.nowMs, browserName(request.headers["user-agent"]));
  return { kind: "in", cookie: sessionCookie(token, door), location: to };
}

function tooOften(waitMs: number): { kind: "refused"; code: 429; why: string; retryAfterS: number } {
  const retryAfterS = Math.ceil(waitMs / 1_000);
  return {
    kind: "refused",
    code: 429,
    why: `Too many attempts: try again in ${waitWords(retryAfterS)}.`,
    retryAfterS,
  };
}

/** A wait in whole seconds as a person says it: `20 seconds`, `3 minutes`. */
export function waitWords(seconds: number): string {
  const [count, unit] = seconds < 100 ? [seconds, "second"] : [Math.ceil(seconds / 60), "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
