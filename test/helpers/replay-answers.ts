/** Answers to commands that a recorded client did not send where ours does, as the same server gave them to others. */

/** The line without its CRLF; empty when nothing is to be said, undefined when it is not known what would be. */
export function answerOutOfTurn(said: string, dialect: string): string | undefined {
  const [verb, trId = "", first = "", ...rest] = said.split(" ");
  switch (verb) {
    case "CVR": {
      const version = rest[4] ?? "1.0.0000";
      return `CVR ${trId} ${version} ${version} ${version} https://example.com https://example.com`;
    }
    case "BLP":
      return Number(dialect.slice(4)) < 10 ? `BLP ${trId} 1 ${first}` : `BLP ${trId} ${first}`;
    case "ADL":
    case "RML":
      return `${verb} ${trId} OK`;
    case "PRP":
      return `PRP ${trId} ${[first, ...rest].join(" ")}`;
    case "UUX":
      return `UUX ${trId} 0`;
    // A status of ours changed again: the recording has its own words about that.
    case "CHG":
      return said;
    case "GCF":
      return "";
  }
  return undefined;
}
