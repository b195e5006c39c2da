/** Passport 1.4, for MSNP8 to MSNP11: the nexus, which says where to log in, and the login (protocol reference 2.4). */
import type { Directory } from "../directory.ts";
import { plainAnswer, type WebAnswer, type WebRequest } from "./exchange.ts";
import type { TicketOffice } from "./tickets.ts";

/** Real servers look at no more, and clients of the time send no more (protocol reference 1.6). */
const SIGNIFICANT_CHARACTERS = 16;

/** `PassportURLs` in the spelling that old clients search for. */
export function nexus({ origin }: WebRequest): WebAnswer {
  return plainAnswer(200, "OK", { PassportURLs: `DALogin=${origin}/login` });
}

export function login(parts: { directory: Directory; tickets: TicketOffice }, { headers }: WebRequest): WebAnswer {
  const { address = "", password = "" } = readAuthorization(headers.authorization ?? "");
  if (!mayEnter(parts.directory, address, password)) {
    return plainAnswer(401, "Unauthorized", { "WWW-Authenticate": "Passport1.4 da-status=failed" });
  }
  const { token } = parts.tickets.issue(address);
  return plainAnswer(200, "OK", { "Authentication-Info": `Passport1.4 da-status=success,from-PP='${token}'` });
}

/** Escargot's own short way to a ticket, for clients that can neither do XML nor Passport (protocol reference 6). */
export function notRst(parts: { directory: Directory; tickets: TicketOffice }, { headers }: WebRequest): WebAnswer {
  const { "x-user": address = "", "x-password": password = "" } = headers;
  if (!mayEnter(parts.directory, address, password)) return plainAnswer(403, "Forbidden");
  return plainAnswer(200, "OK", { "X-Token": parts.tickets.issue(address).token });
}

export function mayEnter(directory: Directory, address: string, password: string): boolean {
  const account = directory.account(address);
  if (!account) return false;
  return password === account.password || isShortenedTo(password, account.password);
}

function isShortenedTo(short: string, whole: string): boolean {
  const characters = [...whole];
  return characters.length > SIGNIFICANT_CHARACTERS && short === characters.slice(0, SIGNIFICANT_CHARACTERS).join("");
}

/** `Passport1.4 OrgVerb=GET,…,sign-in=<encoded>,pwd=<encoded>,<what USR said>`. */
function readAuthorization(header: string): { address: string | undefined; password: string | undefined } {
  const fields = new Map(
    header
      .replace(/^Passport1\.4\s+/i, "")
      .split(",")
      .map((field) => {
        const [name = "", ...value] = field.split("=");
        return [name.trim().toLowerCase(), value.join("=")] as const;
      }),
  );
  return { address: decode(fields.get("sign-in")), password: decode(fields.get("pwd")) };
}

/** Some clients leave a `%` of the password as it is. */
function decode(value: string | undefined): string | undefined {
  return value?.replace(/(?:%[0-9a-f]{2})+/gi, (escaped) =>
    Buffer.from(escaped.replaceAll("%", ""), "hex").toString("utf8"),
  );
}
