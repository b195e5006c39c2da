/** What went wrong, in words for the person who runs the collector. */
import type { SessionEnd } from "../network.ts";
import type { Endpoint } from "./net/link.ts";

/** The connection is gone or useless; trying again later may help. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

export function lost(message: string, cause?: unknown): SessionEnd {
  return { why: "lost", cause: new ConnectionLost(message, { cause }) };
}

/** A failed dial or a broken line, told with what would be right. */
export function explainBrokenLine({ host, port }: Endpoint, cause: Error | undefined): SessionEnd {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  switch (code) {
    case undefined:
      return lost(cause ? `${host}:${port}: ${cause.message}` : `${host}:${port} closed the connection`, cause);
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return lost(`no server called "${host}" was found (${code}): check its name, and this machine's network`, cause);
    case "ECONNREFUSED":
      return lost(
        `${host}:${port} refused the connection: check the port (1863 is usual) and that the server is up`,
        cause,
      );
    case "ECONNRESET":
    case "EPIPE":
      return lost(`${host}:${port} cut the connection (${code})`, cause);
    default:
      return lost(`${host}:${port} cannot be reached (${code})`, cause);
  }
}

/** An error number in reply to a command of the sign-in (protocol reference 2.18). */
export function explainRefusal(code: string, verb: string, address: string): SessionEnd {
  switch (code) {
    case "911":
    case "917":
      return {
        why: "refused",
        code: "credentials",
        message: `the server refused the address or password of ${address} (error ${code}); some servers also want the account to allow old clients (MD5 sign-in)`,
      };
    case "923":
    case "924":
    case "926":
    case "927":
      return {
        why: "refused",
        code: "account",
        message: `the server does not let ${address} sign in (error ${code}): the account needs to be confirmed or released on the network's own site`,
      };
    case "500":
    case "910":
    case "912":
    case "914":
    case "915":
    case "916":
    case "918":
    case "919":
    case "921":
    case "922":
      return lost(`the server is busy or in trouble of its own (error ${code} to ${verb})`);
    default:
      if (/^60\d$/.test(code)) return lost(`the server is busy or going down (error ${code} to ${verb})`);
      return lost(`the server answered ${verb} with error ${code}`);
  }
}
