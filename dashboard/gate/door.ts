/** Who is in: a session's cookie says so, and a one-time key from the printed address becomes one. */
import type { IncomingMessage } from "node:http";
import type { Access } from "../../db/access/access.ts";

export type Passage =
  /** `session`: its id. */
  | { kind: "in"; session: string }
  /** To the same address without the key; with a cookie when the key was good. */
  | { kind: "redirect"; location: string; cookie: string | undefined }
  | { kind: "out"; keyWasTried: boolean };

/** Of whoever asks, as far as it matters here. */
interface Caller {
  isHere: boolean;
  isSecure: boolean;
}

const MAX_COOKIES = 5;
/** Browsers keep no cookie longer; when a session ends is for `Access` to say. */
const COOKIE_MAX_AGE_S = 400 * 86_400;

/**
 * What becomes of one request. A key in the address is used up by a GET from this computer and by nothing else: whoever
 * can have a key printed owns the history's files. A session comes in the cookie named after the port, as a browser sends
 * one host's cookies to all its ports. Throws AccessRefused.
 */
export function atTheDoor(
  access: Access,
  request: IncomingMessage,
  { port, nowMs, caller }: { port: number; nowMs: number; caller: Caller },
): Passage {
  // Programs on other ports of this computer can set cookies of this name; theirs do not lock anybody out.
  const tokens = cookies(request.headers.cookie, cookieName(port)).slice(0, MAX_COOKIES);
  const session = tokens.map((token) => access.sessionOf(token, nowMs)).find((id) => id !== undefined);
  const passage = (keyWasTried: boolean): Passage =>
    session === undefined ? { kind: "out", keyWasTried } : { kind: "in", session };
  const url = new URL(request.url ?? "/", "http://dashboard");
  const key = url.searchParams.get("key");
  // A HEAD is some program looking ahead; it must not use up the key.
  if (key === null || request.method !== "GET") return passage(false);
  const opened = caller.isHere ? access.redeemKey(key, nowMs) : undefined;
  if (opened === undefined && session === undefined) return passage(true);
  url.searchParams.delete("key");
  const cookie = opened && sessionCookie(opened, port, caller);
  return { kind: "redirect", location: ownAddress(`${url.pathname}${url.search}`), cookie };
}

export function sessionCookie(token: string, port: number, { isSecure }: Pick<Caller, "isSecure">): string {
  const words = [`${cookieName(port)}=${token}`, "Path=/", "HttpOnly", "SameSite=Lax", `Max-Age=${COOKIE_MAX_AGE_S}`];
  return [...words, ...(isSecure ? ["Secure"] : [])].join("; ");
}

/** Has the browser drop what it has. */
export function noCookie(port: number): string {
  return `${cookieName(port)}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`;
}

/** Where to go on: an address of this dashboard whatever is asked for. `//host/` would lead elsewhere. */
export function ownAddress(asked: string): string {
  return `/${asked.replace(/^[/\\]+/, "")}`;
}

function cookieName(port: number): string {
  return `rollcall_${port}`;
}

function cookies(header = "", name: string): string[] {
  const pairs = header.split(";").map((pair) => pair.trim());
  return pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
}
