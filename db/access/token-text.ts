/** Secrets that we make up ourselves: 192 random bits, of which only a hash is stored. */
import { createHash, randomBytes } from "node:crypto";

export function newToken(): string {
  return randomBytes(24).toString("base64url");
}

/** One round is enough: nobody guesses what was never chosen by a person. */
export function hashOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
