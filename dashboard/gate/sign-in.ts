/** The form at the door: a password becomes a session. */
import type { IncomingMessage } from "node:http";
import type { Access } from "../../db/access/access.ts";
import { isPassword } from "../../db/access/password.ts";
import type { Attempts } from "./attempts.ts";
import { ownAddress } from "./door.ts";
import { readForm } from "./form.ts";

export type SignIn =
  | { kind: "in"; token: string; location: string }
  /** `waitMs`: before the next attempt is looked at. */
  | { kind: "out"; why: "wrong" | "too-often" | "no-password" | "no-form"; waitMs: number; next: string };

/** Each takes 19 MiB for a moment: whoever asks a thousand times at once waits at the door. */
const MOST_AT_ONCE = 4;
const BUSY_MS = 1_000;

let atOnce = 0;

export async function signIn(
  request: IncomingMessage,
  { access, attempts, address, nowMs }: { access: Access; attempts: Attempts; address: string; nowMs: () => number },
): Promise<SignIn> {
  const form = await readForm(request);
  const next = ownAddress(form?.get("next") ?? "/");
  const out = (why: Exclude<SignIn, { kind: "in" }>["why"], waitMs = 0): SignIn => ({ kind: "out", why, waitMs, next });
  const password = form?.get("password");
  if (password === null || password === undefined) return out("no-form");
  const stored = access.password;
  if (stored === undefined) return out("no-password");
  const waitMs = attempts.waitMs(address, nowMs());
  if (waitMs > 0 || atOnce >= MOST_AT_ONCE) return out("too-often", Math.max(waitMs, BUSY_MS));
  atOnce++;
  // Counted before it is known: many at once are as many attempts.
  attempts.failed(address, nowMs());
  try {
    if (!(await isPassword(password, stored))) return out("wrong", attempts.waitMs(address, nowMs()));
  } finally {
    atOnce--;
  }
  attempts.succeeded(address);
  return { kind: "in", token: access.openSession(nowMs()), location: next };
}
