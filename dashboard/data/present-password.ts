/** What is asked again before who may come in is changed. */
import type { Access } from "../../db/access/access.ts";
import { TooBusy } from "../../db/access/argon2-turn.ts";
import { sharedAttempts } from "../gate/attempts.ts";

/** How soon to come back when too many passwords are being checked. */
const BUSY_S = 2;

/**
 * Whoever found a browser open should neither guess the password nor lock the owner out. Right, too, where there is
 * none. `waitS`: it was not looked at, and is not sooner than in so many seconds. Throws AccessRefused.
 */
export async function checkPresent(
  access: Access,
  present: string,
  { sessionId, nowMs }: { sessionId: string; nowMs: number },
): Promise<{ isRight: boolean; waitS?: number }> {
  if (!access.hasPassword()) return { isRight: true };
  const who = `session ${sessionId}`;
  const waitMs = sharedAttempts().begin(who, nowMs);
  if (waitMs > 0) return { isRight: false, waitS: Math.ceil(waitMs / 1_000) };
  try {
    const isRight = await access.isPassword(present);
    if (isRight) sharedAttempts().succeeded(who);
    return { isRight };
  } catch (error) {
    if (error instanceof TooBusy) return { isRight: false, waitS: BUSY_S };
    throw error;
  }
}
