/** Who we are: the way of the dialect, from the first USR to USR OK (protocol reference 2.4). */

import { decodeText } from "../wire/text.ts";
import type { Attempt } from "./attempt.ts";
import { notUnderstood } from "./greeting.ts";
import { signInWithMd5 } from "./md5.ts";
import { signInWithTicket } from "./ticket.ts";

const FIRST_WITHOUT_NAME = 10;

/** `done` gets what the account is called; empty from MSNP10 on, where that is told later. */
export function identify(attempt: Attempt, done: (name: string) => void): void {
  const isOk = (params: readonly string[]) => {
    if (params[1] !== "OK") return attempt.failToUnderstand(notUnderstood("USR", params));
    done(nameOf(params, attempt.dialect.number));
  };
  const { signIn } = attempt.dialect;
  switch (signIn) {
    case "md5":
      return signInWithMd5(attempt, isOk);
    case "passport":
    case "tokens":
    case "sso":
      return signInWithTicket(attempt, isOk);
    default:
      return signIn satisfies never;
  }
}

/** `USR n OK address {name} {verified {restricted}}`: MSNP10 dropped the name, MSNP6 and MSNP8 brought the numbers. */
function nameOf(params: readonly string[], dialect: number): string {
  const [name = "", ...rest] = params.slice(3);
  const isName = dialect < FIRST_WITHOUT_NAME || rest.length >= 2;
  return isName ? decodeText(name) : "";
}
