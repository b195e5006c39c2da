/** What a guest may ask for. Whatever is not named here is closed to them. */
import type { IncomingMessage } from "node:http";
import type { SharedContact } from "../../db/access/guests.ts";

/** A contact that the guest may see, where this history knows it. */
export interface SeenContact extends SharedContact {
  id: number;
  name: string;
}

const DOWNLOAD = /^\/export\/(events|spans|daily|hourly)\.csv$/;
/** Others could mean more contacts, now or one day. */
const DOWNLOAD_WORDS = ["contact", "account", "from", "to", "tz"];

/** `own`: those of the guest's contacts that there are. */
export function guestMay({ method, url = "/" }: Pick<IncomingMessage, "method" | "url">, own: readonly SeenContact[]) {
  if (method !== "GET" && method !== "HEAD") return false;
  const [path = "", search = ""] = url.split(/\?(.*)/s);
  // What has to be resolved first could end elsewhere.
  if (URL.parse(path, "http://dashboard")?.pathname !== path || path.includes("%")) return false;
  if (path.startsWith("/_next/static/")) return true;
  const [, id] = /^\/contact\/([1-9]\d{0,11})$/.exec(path) ?? [];
  if (id !== undefined) return own.some((one) => one.id === Number(id));
  return DOWNLOAD.test(path) && asksForOne(new URLSearchParams(search), own);
}

/** Exactly one contact on exactly one account; the export takes capitals for small letters, too. */
function asksForOne(words: URLSearchParams, own: readonly SeenContact[]): boolean {
  const keys = [...words.keys()];
  if (new Set(keys).size !== keys.length || !keys.every((key) => DOWNLOAD_WORDS.includes(key))) return false;
  const [contact, on] = [words.get("contact")?.toLowerCase(), words.get("account")?.toLowerCase()];
  return own.some(({ account, address }) => contact === address && on === account);
}

/** As many headers as a page needs. Next listens to a few that nobody should send. */
const HEADERS = new Set([
  "host",
  "accept",
  "accept-encoding",
  "accept-language",
  "user-agent",
  "connection",
  "rsc",
  "next-router-state-tree",
  "next-router-prefetch",
  "next-router-segment-prefetch",
  "next-url",
]);

export function keepOnlyPlainHeaders(request: Pick<IncomingMessage, "headers">): void {
  for (const name of Object.keys(request.headers)) if (!HEADERS.has(name)) delete request.headers[name];
}
