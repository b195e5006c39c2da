/** The first words on a connection: which dialect, and who is calling (protocol reference 2.1 to 2.3). */
import { agreedDialect } from "../dialects.ts";
import { lost } from "../errors.ts";
import { quoteText } from "../wire/text.ts";
import type { Attempt } from "./attempt.ts";

/** `VER n MSNP18 … CVR0`, then INF or CVR. */
export function greet(attempt: Attempt, done: () => void): void {
  const { offered } = attempt.options;
  const names = offered.map(({ name }) => name);
  attempt.ask("VER", [...names, "CVR0"], ({ params }) => {
    const said = params.slice(1);
    const dialect = agreedDialect(offered, said);
    if (!dialect) {
      const message = `the server speaks none of ${listed(names)}; it answered ${quoteText(said.join(" "))}`;
      return attempt.fail({ end: { why: "refused", code: "dialect", message }, next: "stop" });
    }
    attempt.dialect = dialect;
    if (dialect.signIn === "md5") askPolicy(attempt, done);
    else tellVersion(attempt, done);
  });
}

function listed(names: readonly string[]): string {
  return names.length > 6 ? `${names[0]} to ${names.at(-1)}` : names.join(", ");
}

/** `INF n MD5`, MSNP2 to MSNP7. */
function askPolicy(attempt: Attempt, done: () => void): void {
  attempt.ask("INF", [], ({ params }) => {
    if (params[1] === "MD5") return done();
    const message = `the server wants to sign in with ${quoteText(params[1] ?? "")}, we only know MD5`;
    attempt.fail({ end: { why: "refused", code: "dialect", message }, next: "stop" });
  });
}

/** `CVR n 0x0409 winnt 5.1 i386 MSNMSGR 8.5.1302 MSMSGS me@example.com`, MSNP8 on; the answer recommends downloads. */
function tellVersion(attempt: Attempt, done: () => void): void {
  const { client, version, codeBase } = attempt.dialect.product;
  const { address } = attempt.options;
  attempt.ask("CVR", ["0x0409", "winnt", "5.1", "i386", client, version, codeBase, address], () => done());
}

/**
 * What the server answered to `verb`, when it is nothing that we know. Only the beginning of it: a server that repeats
 * what we say would have our ticket in the message.
 */
export function notUnderstood(verb: string, params: readonly string[]) {
  return lost(`the server answered ${verb} with ${quoteText(params.slice(1, 3).join(" "))}`);
}
