/** Who may come in: a one-time key from the printed address becomes a session cookie. */
import type { IncomingMessage } from "node:http";
import type { Access } from "../../db/access/access.ts";

export type Passage =
  | { kind: "in" }
  /** To the same address without the key; with a cookie when the key was good. */
  | { kind: "redirect"; location: string; cookie: string | undefined }
  | { kind: "out"; keyWasTried: boolean };

const MAX_COOKIES = 5;
/** Browsers keep no cookie longer; when a session ends is for `Access` to say. */
const COOKIE_MAX_AGE_S = 400 * 86_400;

/**
 * What becomes of one request. A key in the address is used up by a GET and by nothing else; a session comes in the
 * cookie named after the port, as a browser sends one host's cookies to all its ports. Throws AccessRefused.
 */
export function atTheDoor(access: Access, request: IncomingMessage, port: number, nowMs: number): Passage {
  const cookieName = `rollcall_${port}`;
  // Programs on other ports of this computer can set cookies of this name; theirs do not lock anybody out.
  const tokens = cookies(request.headers.cookie, cookieName).slice(0, MAX_COOKIES);
  const signedIn = tokens.some((token) => access.isSignedIn(token, nowMs));
  const url = new URL(request.url ?? "/", "http://dashboard");
  const key = url.searchParams.get("key");
  // A HEAD is some program looking ahead; it must not use up the key.
  if (key === null || request.method !== "GET") return signedIn ? { kind: "in" } : { kind: "out", keyWasTried: false };
  const opened = access.redeemKey(key, nowMs);
  if (opened === undefined && !signedIn) return { kind: "out", keyWasTried: true };
  url.searchParams.delete("key");
  // `//host/` would lead elsewhere.
  const location = `/${url.pathname.replace(/^[/\\]+/, "")}${url.search}`;
  const cookie = opened && `${cookieName}=${opened}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${COOKIE_MAX_AGE_S}`;
  return { kind: "redirect", location, cookie };
}

function cookies(header = "", name: string): string[] {
  const pairs = header.split(";").map((pair) => pair.trim());
  return pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
}
