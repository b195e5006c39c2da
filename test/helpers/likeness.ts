/**
 * Whether what the sandbox says is what the recorded server said. They cannot be the same: numbers that a server makes
 * up differ from run to run. A number that was made up once must stand for the same thing wherever it comes back, and
 * the client's side of the recording is put right with it.
 */
import { textOf } from "./oracle/text.ts";

const GUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
/** Made up by a server, and told again later: GUIDs, tickets to conversations and their numbers, ports. */
const MADE_UP = new RegExp(
  `(?<guid>${GUID})|(?<=\\bCKI )(?<cookie>\\S+)|(?<=^RNG |^CAL \\d+ RINGING )(?<session>\\S+)|(?<=127\\.0\\.0\\.1:)(?<port>\\d+)`,
  "gi",
);

export class Likeness {
  readonly #actual = new Map<string, string>();

  /** The same but for numbers that somebody made up, and those the same as before. */
  isLike(recorded: string, actual: string): boolean {
    const [theirs, ours] = [split(recorded), split(actual)];
    if (theirs.skeleton !== ours.skeleton) return false;
    return theirs.values.every((value, at) => (this.#actual.get(value) ?? ours.values[at]) === ours.values[at]);
  }

  /** From here on, numbers of the one stand for those of the other. */
  learn(recorded: string, actual: string): void {
    const ours = split(actual).values;
    for (const [at, value] of split(recorded).values.entries()) this.#actual.set(value, ours[at] ?? "");
  }

  /** What the recorded client said, with this server's numbers. */
  translate(said: string): string {
    let text = said;
    for (const [recorded, actual] of this.#actual) if (recorded.length > 8) text = text.replaceAll(recorded, actual);
    return text;
  }
}

function split(text: string): { skeleton: string; values: string[] } {
  const values: string[] = [];
  const skeleton = text.replaceAll(MADE_UP, (value) => {
    values.push(value);
    return "§";
  });
  return { skeleton, values };
}

/** A line and what follows it, as they can be compared. */
export function comparable(line: string, payload: Buffer): string {
  const [verb = ""] = line.split(" ");
  return [comparableLine(line), comparablePayload(verb, payload)].join("\n").trimEnd();
}

/** A line without what differs for reasons that are listed here, one by one. */
function comparableLine(line: string): string {
  return (
    textOf(line)
      .replace(/^(USR \d+ MD5 S) \S+$/, "$1 salt")
      .replace(/^(USR \d+ SSO S MBI_KEY_OLD) \S+$/, "$1 nonce")
      // The recorded server forgets its lists' serial numbers, ours counts on.
      .replace(/^(GTC \d+|BLP \d+|(?:ADD|REM) \d+ [FABR]L|SYN \d+|REA \d+) \d+(?= |$)/, "$1 serial")
      // Where clients are offered for download.
      .replace(/^(CVR (?:\S+ ){4}).*$/, "$1pages")
      .replace(/^(SYN \d+) \S+T\S+ \S+T\S+/, "$1 instant instant")
      // Sizes differ with what differs in payloads, which are compared themselves.
      .replace(/^((?:MSG|GCF|NOT|UBX) .*?) ?\d+$/, "$1 size")
      .replace(/ +$/, "")
  );
}

const OWN_VALUES = /^(LoginTime|MemberIdHigh|MemberIdLow|MSPAuth|ClientIP|ClientPort): .*$/gm;

function comparablePayload(verb: string, payload: Buffer): string {
  const text = payload.toString("utf8");
  switch (verb) {
    case "MSG":
      return text.replace(OWN_VALUES, "$1: its own");
    case "GCF":
      // The policies are the server's own.
      return text.replace(/<Policy[\s\S]*<\/Policy>|<Policy .*\/>/, "its own").replaceAll(/\s+/g, "");
    case "NOT":
      return text
        .replaceAll(/(>|&gt;)\s+(?=<|&lt;)/g, "$1")
        .replaceAll(/0x[0-9a-f]+/g, "0x")
        .replaceAll(/(?<=CID&gt;)-?\d+/g, "number")
        .replaceAll(/\d{4}-\d\d-\d\dT[\d:.+-]+Z?/g, "instant");
    case "UBX":
      // The recorded server leaves these two as they are, at MSNP13 to MSNP15.
      return text.replaceAll("&#x3C;", "<").replaceAll("&#x3E;", ">");
    default:
      return text;
  }
}
