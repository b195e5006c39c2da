/** Who may come in: a one-time key from the printed address, or the password, becomes a session cookie. */
import type { IncomingMessage } from "node:http";
import type { Access } from "../../db/access/access.ts";
import type { Guest } from "../../db/access/guests.ts";
import type { Session } from "../../db/access/sessions.ts";
import { isLoopback } from "../../db/settings/address-list.ts";
import { browserName } from "./browser-name.ts";
import type { Way } from "./caller.ts";

export type Passage =
  | { kind: "in"; session: Session }
  | { kind: "guest"; guest: Guest }
  /** To the same address without what opened it; with a cookie when that was good. */
  | { kind: "redirect"; location: string; cookie: string | undefined }
  | { kind: "out"; keyWasTried: boolean; linkWasTried?: true };

export interface Door {
  /** The dashboard's own: cookies are named after it, as a browser sends one host's cookies to all its ports. */
  port: number;
  way: Pick<Way, "address" | "isHttps">;
  nowMs: number;
}

const MAX_COOKIES = 5;
/** Browsers keep no cookie longer; when a session ends is for `Access` to say. */
const COOKIE_MAX_AGE_S = 400 * 86_400;

/** What becomes of one request. A key in the address is used up by a GET and by nothing else. Throws AccessRefused. */
export function atTheDoor(access: Access, request: IncomingMessage, door: Door): Passage {
  const { port, way, nowMs } = door;
  // Programs on other ports of this computer can set cookies of this name; theirs do not lock anybody out.
  const tokens = cookies(request.headers.cookie, cookieName(port)).slice(0, MAX_COOKIES);
  const session = firstOf(tokens, (token) => access.findSession(token, nowMs));
  const url = new URL(request.url ?? "/", "http://dashboard");
  const link = url.searchParams.get("guest");
  if (link !== null && request.method === "GET") return byLink(access, link, door);
  const key = url.searchParams.get("key");
  // A HEAD is some program looking ahead; it must not use up the key.
  if (key === null || request.method !== "GET")
    return session ? { kind: "in", session } : (asGuest(access, request, door) ?? { kind: "out", keyWasTried: false });
  // Whoever can run `rollcall key` owns the files, and needs no password for what stands in them. From another machine
  // the same address would be a password that lay about in a terminal, a log or a chat.
  const opened = isLoopback(way.address)
    ? access.redeemKey(key, nowMs, browserName(request.headers["user-agent"]))
    : undefined;
  if (opened === undefined && !session) return { kind: "out", keyWasTried: true };
  return { kind: "redirect", location: withoutKey(url), cookie: opened && sessionCookie(opened, door) };
}

/** A guest's link works until its time is over, in as many browsers as it is opened in. */
function byLink(access: Access, link: string, door: Door): Passage {
  const token = access.admitGuest(link, door.nowMs);
  if (token === undefined) return { kind: "out", keyWasTried: false, linkWasTried: true };
  return { kind: "redirect", location: "/", cookie: setCookie(guestCookieName(door.port), token, door) };
}

function asGuest(access: Access, request: IncomingMessage, { port, nowMs }: Door): Passage | undefined {
  const tokens = cookies(request.headers.cookie, guestCookieName(port)).slice(0, MAX_COOKIES);
  const guest = firstOf(tokens, (token) => access.findGuest(token, nowMs));
  return guest && { kind: "guest", guest };
}

/** The `Set-Cookie` that signs a browser in. */
export function sessionCookie(token: string, door: Pick<Door, "port" | "way">): string {
  return setCookie(cookieName(door.port), token, door);
}

/** A page of this dashboard, whatever stood in a form or an address: `//host/` would lead elsewhere. */
export function ownPage(asked: string): string {
  const url = URL.parse(asked, "http://dashboard");
  if (url?.origin !== "http://dashboard" || /^\/sign-in\b/.test(url.pathname)) return "/";
  return withoutKey(url);
}

function withoutKey(url: URL): string {
  for (const secret of ["key", "guest"]) url.searchParams.delete(secret);
  return `/${url.pathname.replace(/^[/\\]+/, "")}${url.search}`;
}

function setCookie(name: string, token: string, { way }: Pick<Door, "way">): string {
  const secure = way.isHttps ? "; Secure" : "";
  return `${name}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${COOKIE_MAX_AGE_S}${secure}`;
}

/** Another than the owner's: whoever tries a link that they made stays signed in. */
function guestCookieName(port: number): string {
  return `rollcall_guest_${port}`;
}

function cookieName(port: number): string {
  return `rollcall_${port}`;
}

function cookies(header = "", name: string): string[] {
  const pairs = header.split(";").map((pair) => pair.trim());
  return pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
}

function firstOf<T, R>(all: readonly T[], find: (one: T) => R | undefined): R | undefined {
  for (const one of all) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}
