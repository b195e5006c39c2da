/**
 * How somebody proves who they are, dialect by dialect (protocol reference 2.4): `USR … I` is answered with a
 * challenge, `USR … S` has to meet it.
 */
import { createHash, randomBytes } from "node:crypto";
import { ssoBlob } from "../network/messenger/auth/sso.ts";
import type { Dialect, SignInMethod } from "../network/messenger/dialects.ts";
import type { Account, Directory } from "./directory.ts";
import { isAddress } from "./greeting.ts";
import { placeId } from "./identity.ts";
import { type Line, line, payloadLine } from "./line.ts";
import { policies } from "./policies.ts";
import type { TicketOffice } from "./web/tickets.ts";

export interface Challenge {
  method: SignInMethod;
  address: string;
  /** The salt of MD5, the nonce of SSO; empty where a ticket alone decides. */
  riddle: string;
}

/** What Passport tells the login server, word for word. */
const PASSPORT_WORDS = "ct=1,rver=1,wp=FS_40SEC_0_COMPACT,lc=1,id=1";
const NONCE_BYTES = 48;

const WORDS: Readonly<Record<SignInMethod, string>> = { md5: "MD5", passport: "TWN", tokens: "TWN", sso: "SSO" };

/** Whether the parameters of a USR begin the sign-in that the dialect wants. */
export function isOpening(dialect: Dialect, [, method, step]: readonly string[]): boolean {
  return method === WORDS[dialect.signIn] && step === "I";
}

/** "refused" when the address cannot be one; unknown people are challenged too, so that nobody can probe for them. */
export function challenge(dialect: Dialect, [trid = "0", , , spelled = ""]: readonly string[]) {
  if (!isAddress(spelled)) return "refused";
  const method = dialect.signIn;
  const riddle = riddleFor(method);
  const lines: Line[] = dialect.number >= 13 ? [payloadLine(policies(), "GCF", 0)] : [];
  const words = { md5: [riddle], passport: [PASSPORT_WORDS], tokens: [PASSPORT_WORDS], sso: ["MBI_KEY_OLD", riddle] };
  lines.push(line("USR", trid, WORDS[method], "S", ...words[method]));
  return { challenge: { method, address: spelled.toLowerCase(), riddle }, lines };
}

function riddleFor(method: SignInMethod): string {
  if (method === "md5") return randomBytes(8).toString("hex").slice(1);
  return method === "sso" ? randomBytes(NONCE_BYTES).toString("base64") : "";
}

export interface Proven {
  account: Account;
  /** From MSNP16 on, when the client named its machine. */
  place: string | undefined;
  /** The one that was shown, or a fresh one where a password alone decided. */
  ticket: string;
}

export interface SignInParts {
  directory: Directory;
  tickets: TicketOffice;
}

/** "nonsense" when it is no answer to the challenge at all. */
export function prove(
  dialect: Dialect,
  asked: Challenge,
  params: readonly string[],
  { directory, tickets }: SignInParts,
): Proven | "refused" | "nonsense" {
  const [, method, step, first = "", second = "", machine] = params;
  if (method !== WORDS[asked.method] || step !== "S") return "nonsense";
  const account = directory.account(asked.address);
  if (!account) return "refused";
  if (asked.method === "md5") {
    if (first !== md5(asked.riddle + account.password)) return "refused";
    return { account, place: undefined, ticket: tickets.issue(account.address).ticket };
  }
  const holder = tickets.holderOf(first);
  if (holder?.address !== account.address) return "refused";
  if (asked.method === "sso" && !holdsKey(holder.secret, asked.riddle, second)) return "refused";
  return { account, place: dialect.number >= 16 ? placeId(machine) : undefined, ticket: first };
}

/** Whether the MBI blob was made with the ticket's key for this nonce; the client chose the eight bytes of its IV. */
function holdsKey(secret: string, nonce: string, blob: string): boolean {
  const bytes = Buffer.from(blob, "base64");
  const headerBytes = 28;
  const iv = bytes.subarray(headerBytes, headerBytes + 8);
  if (iv.length < 8) return false;
  return Buffer.from(ssoBlob({ secret, nonce, iv }), "base64").equals(bytes);
}

function md5(text: string): string {
  return createHash("md5").update(text, "utf8").digest("hex");
}
