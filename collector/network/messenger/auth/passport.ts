/**
 * Passport 1.4, for MSNP8 to MSNP11: a nexus says where the login server is, and the login server gives a ticket for
 * address, password and the challenge from `USR n TWN S` (protocol reference 2.4).
 */
import { type HttpClient, HttpFailure, type HttpResponse } from "../net/http.ts";
import { discardBody } from "../net/http-body.ts";
import { decodeText, quoteService } from "../wire/text.ts";
import { type Credentials, CredentialsRefused } from "./credentials.ts";
import { Detours, isRedirect } from "./detours.ts";

export interface PassportParts {
  http: HttpClient;
  signal?: AbortSignal | undefined;
}

/** The address of the login server, which the nexus knows. It may be kept. Throws HttpFailure. */
export async function findLoginServer(nexusUrl: string, parts: PassportParts): Promise<string> {
  const { response, origin } = await get(nexusUrl, {}, parts);
  const urls = response.headers.passporturls;
  const login = urls === undefined ? undefined : fieldsOf(urls).get("dalogin");
  if (!login) {
    throw new HttpFailure(
      `${origin} answered with HTTP ${response.status} and does not say where to log in: is its address that of a nexus?`,
    );
  }
  return /^https?:\/\//i.test(login) ? login : `https://${login}`;
}

/**
 * A ticket for `USR n TWN S`, to be sent as it is and soon: servers give it half a minute to live (the recorded one says
 * `FS_40SEC`). Throws CredentialsRefused, or HttpFailure when it is not about them.
 */
export async function fetchPassportTicket(
  loginUrl: string,
  credentials: Credentials,
  challenge: string,
  parts: PassportParts,
): Promise<string> {
  const headers = { Authorization: authorization(credentials, challenge) };
  const { response, origin } = await get(loginUrl, headers, parts);
  const said = response.headers["authentication-info"] ?? response.headers["www-authenticate"] ?? "";
  if (response.status === 401 || /da-status=failed/i.test(said)) throw refusal(origin, said);
  const ticket = /from-PP='([^']+)'/i.exec(said)?.[1];
  if (ticket === undefined || !isToken(ticket)) {
    throw new HttpFailure(
      `${origin} answered with HTTP ${response.status} and no ticket: is its address that of a login server?`,
    );
  }
  return ticket;
}

/** The response to a GET, after all redirects. `headers` go along everywhere: that is what the login servers expect. */
async function get(
  url: string,
  headers: Record<string, string>,
  { http, signal }: PassportParts,
): Promise<{ response: HttpResponse; origin: string }> {
  const detours = new Detours(url);
  for (;;) {
    const response = await http({ method: "GET", url: detours.url, headers, ...(signal && { signal }) });
    // All that counts is in the headers.
    await discardBody(response);
    if (!isRedirect(response.status)) return { response, origin: detours.origin };
    detours.follow(response.headers.location);
  }
}

function authorization({ address, password }: Credentials, challenge: string): string {
  if (!isToken(challenge)) throw new HttpFailure("the server's challenge cannot be passed on to the login server");
  return [
    "Passport1.4 OrgVerb=GET",
    "OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom",
    `sign-in=${encodeURIComponent(address.toWellFormed())}`,
    // Whole: that only 16 characters counted (protocol reference 1.6) was so at Microsoft, and is not today.
    `pwd=${encodeURIComponent(password.toWellFormed())}`,
    challenge,
  ].join(",");
}

function refusal(origin: string, said: string): CredentialsRefused {
  const reason = fieldsOf(said).get("cbtxt");
  const words = reason ? `: ${quoteService(decodeText(reason))}` : "";
  return new CredentialsRefused(`${origin} refused the address or password${words}`);
}

/** `Passport1.4 a=1,b=2`, and the same without the first word. Names lower-cased. */
function fieldsOf(header: string): Map<string, string> {
  const fields = header.replace(/^\s*Passport1\.4\s+/i, "").split(",");
  return new Map(
    fields.map((field) => {
      const [name = "", ...value] = field.split("=");
      return [name.trim().toLowerCase(), value.join("=").trim()] as const;
    }),
  );
}

/** Whether it can stand in a header and in a command. */
function isToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
