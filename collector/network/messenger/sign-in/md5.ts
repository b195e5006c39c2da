/** MSNP2 to MSNP7: a salt, and the digest of salt and password (protocol reference 2.4). */
import { md5Answer } from "../auth/md5.ts";
import type { Attempt } from "./attempt.ts";
import { notUnderstood } from "./greeting.ts";

export function signInWithMd5(attempt: Attempt, done: (ok: readonly string[]) => void): void {
  const { address, password } = attempt.options;
  attempt.ask("USR", ["MD5", "I", address], ({ params }) => {
    const [, method, step, salt] = params;
    if (method !== "MD5" || step !== "S" || salt === undefined) {
      return attempt.failToUnderstand(notUnderstood("USR", params));
    }
    attempt.ask("USR", ["MD5", "S", md5Answer(salt, password)], (reply) => done(reply.params));
  });
}
