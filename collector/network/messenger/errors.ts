/** What went wrong, in words for the person who runs the program, and what to do about it. */
import type { SignInMethod } from "./dialects.ts";
import type { SessionEnd } from "./events.ts";
import type { Endpoint } from "./net/link.ts";

/** The connection is gone or useless; trying again later may help. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

/** The server, or good sense, says no to something that was asked for; the session goes on. */
export class RequestRefused extends Error {
  override readonly name = "RequestRefused";
  /** An error number of protocol reference 2.18, or a word: `not-signed-in`, `no-answer`, `too-long`, … */
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What to do about an error number. */
export type Advice =
  /** A person is needed. */
  | "stop"
  /** The server has trouble of its own; later it may work. */
  | "wait"
  /** This server is not, or no longer, the account's: ask the dispatch server. */
  | "through-dispatch"
  /** This way of signing in does not work here; an older one may. */
  | "next-dialect"
  /** Nothing came of the command, and nothing else is wrong. */
  | "fail-request"
  /** What was asked for is already so. */
  | "treat-as-done";

export interface ErrorMeaning {
  says: string;
  advice: Advice;
}

/** Protocol reference 2.18. */
const MEANINGS: Readonly<Record<string, ErrorMeaning>> = {
  ...meaning("fail-request", {
    200: "a syntax error",
    201: "an invalid parameter",
    203: "no such user on that network",
    204: "that network cannot be reached",
    205: "no such user",
    206: "the address has no domain",
    208: "no such user",
    209: "the name is not allowed",
    210: "the list is full",
    213: "no such user",
    216: "not on the list, or blocked",
    217: "offline, or takes no messages",
    219: "on the opposite list",
    220: "takes no pages",
    223: "too many groups",
    224: "no such group",
    225: "not in the group",
    227: "the group is not empty",
    228: "a group of that name exists",
    229: "the group's name is too long",
    230: "the first group cannot be changed",
    231: "no such group",
    232: "the telephone number is not allowed",
    233: "the telephone number is not allowed",
    234: "the telephone number is not allowed",
    240: "an empty domain in the list",
    241: "bad XML or wrong lists",
    280: "the switchboard has failed",
    281: "the transfer to the switchboard has failed",
    282: "a bad data message",
    283: "a notice of an unknown type",
    285: "too long",
    300: "fields are missing",
    413: "the text message has failed",
    414: "the text message has failed",
    415: "the text message has failed",
    416: "not in this country",
    417: "the account may not do this",
    418: "the account may not do this",
    419: "the account may not do this",
    420: "the account may not do this",
    508: "the other network has failed",
    509: "the mobile network has failed",
    510: "a file error",
    511: "the server gives its reasons in detail",
    591: "the text message has failed",
    713: "too active",
    733: "the roaming sign-out has failed",
    734: "signed in at too many places",
    800: "changing too quickly",
    801: "the message could not be delivered",
    913: "not allowed while hidden",
    933: "not a member of the circle",
    935: "a bad signature",
  }),
  ...meaning("treat-as-done", {
    207: "already signed in",
    215: "already there",
    218: "already so",
  }),
  ...meaning("next-dialect", {
    302: "not signed in",
    402: "the contact list service is down",
    403: "the contact list service is down",
    500: "an error inside the server",
    501: "an error in the server's database",
    502: "the command is switched off",
    504: "an error inside the server",
    520: "the server has run out of memory",
    540: "our answer to its challenge was wrong",
    710: "it does not take our version",
    711: "the session is restricted",
    715: "not expected at this point",
    717: "a bad friend file",
    718: "the account is restricted here",
    719: "the account is restricted here",
    726: "the account is restricted here",
    731: "our version was not expected at this point",
    920: "it takes no new users",
  }),
  ...meaning("wait", {
    600: "busy",
    601: "unavailable",
    602: "its neighbour is down",
    603: "its database is down",
    604: "going down",
    605: "unavailable",
    606: "paging is down",
    700: "no connection could be made",
    707: "no connection could be made",
    712: "overloaded",
    714: "too many sessions",
    910: "busy",
    912: "busy",
    914: "unavailable",
    915: "unavailable",
    916: "unavailable",
    918: "busy",
    919: "busy",
    921: "busy",
    922: "busy",
  }),
  ...meaning("stop", {
    911: "the address or password is wrong",
    917: "the address or password is wrong",
    923: "a child's account without consent",
    924: "the address is not confirmed",
    926: "the account is managed by somebody else",
    927: "the account is managed by somebody else",
  }),
  ...meaning("through-dispatch", {
    928: "the ticket is bad, or the account has moved",
    931: "the account is not on this server",
  }),
};

function meaning(advice: Advice, says: Readonly<Record<number, string>>): Record<string, ErrorMeaning> {
  return Object.fromEntries(Object.entries(says).map(([code, words]) => [code, { says: words, advice }]));
}

/** An unknown number is the server's way of saying no to this command, and no more. */
export function meaningOf(code: string): ErrorMeaning {
  return MEANINGS[code] ?? { says: "an error that we do not know", advice: "fail-request" };
}

export function isCredentialsError(code: string): boolean {
  return code === "911" || code === "917";
}

/** The refusal of something that was asked for in mid-session: `changing the name: changing too quickly (error 800)`. */
export function refusal(code: string, doing: string): RequestRefused {
  return new RequestRefused(code, `${doing}: ${meaningOf(code).says} (error ${code})`);
}

export function lost(message: string, cause?: unknown): SessionEnd {
  return { why: "lost", cause: new ConnectionLost(message, { cause }) };
}

/** What a session's end says to a person. */
export function endMessage(end: SessionEnd): string {
  switch (end.why) {
    case "lost":
      return end.cause.message;
    case "server-closing":
    case "refused":
      return end.message;
    case "signed-in-elsewhere":
      return "signed in elsewhere";
    case "asked":
      return "signed out";
    default:
      return end satisfies never;
  }
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

/** An error number in reply to a command of the sign-in. */
export function explainRefusal(code: string, verb: string, address: string, method: SignInMethod = "md5"): SessionEnd {
  const { says, advice } = meaningOf(code);
  if (isCredentialsError(code)) return refusedCredentials(address, `error ${code}`, method);
  if (advice === "stop") {
    return {
      why: "refused",
      code: "account",
      message: `the server does not let ${address} sign in (error ${code}): the account needs to be confirmed or released on the network's own site`,
    };
  }
  if (advice === "wait") return lost(`the server is busy or in trouble of its own (error ${code} to ${verb}: ${says})`);
  return lost(`the server answered ${verb} with error ${code} (${says})`);
}

export function refusedCredentials(address: string, because: string, method: SignInMethod): SessionEnd {
  const hint = method === "md5" ? "; some servers also want the account to allow old clients (MD5 sign-in)" : "";
  const message = `the server refused the address or password of ${address} (${because})${hint}`;
  return { why: "refused", code: "credentials", message };
}
