/** Which requests are for us at all. A page elsewhere must not reach the dashboard by another name for this computer. */
import type { IncomingMessage } from "node:http";
import { type AddressList, plainAddress } from "../../db/settings/address-list.ts";
import { tokenIn } from "./bearer.ts";

type Asking = Pick<IncomingMessage, "headers" | "rawHeaders" | "url" | "method"> & {
  socket?: Pick<IncomingMessage["socket"], "remoteAddress">;
};

/** What this dashboard is called, and who may speak for others. */
export interface Place {
  port: number;
  /** Lower case; with a port only where it is not the dashboard's own or the usual one. */
  names: readonly string[];
  proxies: AddressList | undefined;
}

/** Where a request really comes from, and by which address it asked; what a proxy says about that is believed. */
export interface Way {
  /** The asking machine's IP address; empty when it is gone already. */
  address: string;
  host: string;
  isHttps: boolean;
  isByProxy: boolean;
}

export interface Refusal {
  code: 400 | 403;
  /** One line for the person or the proxy that asked. */
  message: string;
}

/** How the request came. Headers about that count only from a proxy that is configured; `refuseCaller` refuses others. */
export function wayOf({ headers, socket }: Asking, { proxies }: Place): Way {
  const peer = plainAddress(socket?.remoteAddress ?? "");
  const host = headers.host ?? "";
  if (!proxies?.has(peer)) return { address: peer, host, isHttps: false, isByProxy: false };
  // Each proxy adds the one it was asked by at the end; what stands before our own proxies' may be made up.
  const chain = listOf(headers["x-forwarded-for"]).map(plainAddress);
  return {
    address: chain.findLast((one) => !proxies.has(one)) ?? peer,
    host: listOf(headers["x-forwarded-host"]).at(-1) ?? host,
    isHttps: listOf(headers["x-forwarded-proto"]).at(-1)?.toLowerCase() === "https",
    isByProxy: true,
  };
}

/** Undefined when the request names this dashboard, comes from it, and came directly or through our proxy. */
export function refuseCaller(request: Asking, place: Place): Refusal | undefined {
  const { headers, rawHeaders, url = "/", method = "GET" } = request;
  const way = wayOf(request, place);
  const scheme = way.isHttps ? "https" : "http";
  const own = `${scheme}://${place.names[0]}${way.isByProxy ? "" : `:${place.port}`}/`;
  if (rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host").length > 1) {
    return { code: 400, message: "The request names two hosts." };
  }
  const forwarded = Object.keys(headers).find((name) => name === "forwarded" || name.startsWith("x-forwarded-"));
  if (forwarded && !way.isByProxy) {
    const why = place.proxies
      ? `and ${quote(way.address)} is not among dashboard.proxy`
      : "and no proxy is configured (dashboard.proxy)";
    return {
      code: 400,
      message: `The request carries "${forwarded}", so it came through a proxy, ${why}: open ${own} directly.`,
    };
  }
  if (!isOurs(way.host.toLowerCase(), place, way.isByProxy)) {
    return {
      code: 403,
      message: `The request asked for ${quote(way.host)}, which is not this dashboard: open ${own} instead, or add the name to dashboard.names.`,
    };
  }
  const origin = headers.origin;
  // It must be the very name that was asked for: localhost and 127.0.0.1 are different places to a browser.
  if (origin !== undefined && origin.toLowerCase() !== `${scheme}://${way.host.toLowerCase()}`) {
    return {
      code: 403,
      message: `The request came from a page at ${quote(origin)}; only the dashboard's own pages at ${scheme}://${way.host} may ask.`,
    };
  }
  // What changes something says where it comes from; every browser does. A program has its token instead, and none can
  // be made to send that by a page.
  if (origin === undefined && method !== "GET" && method !== "HEAD" && tokenIn(request) === undefined) {
    return { code: 403, message: `A ${method} without an Origin is not from a page of this dashboard.` };
  }
  // A link from elsewhere may open a page; it has no business starting downloads and streams.
  const site = headers["sec-fetch-site"];
  if ((site === "cross-site" || site === "same-site") && /^\/(export|api)\//.test(url)) {
    return {
      code: 403,
      message: `The request came from another site; open ${scheme}://${way.host}/ and ask from there.`,
    };
  }
  return undefined;
}

/** Directly it is asked for by the port that it listens on; a proxy has a port of its own, the usual one unless said. */
function isOurs(host: string, { names, port }: Place, isByProxy: boolean): boolean {
  return names.some((name) => {
    if (hasPort(name)) return host === name;
    return host === `${name}:${port}` || ((isByProxy || port === 80) && host === name);
  });
}

function hasPort(name: string): boolean {
  return /[^:]:\d+$/.test(name.replace(/^\[.*\]/, "x"));
}

function listOf(header: string | string[] | undefined): string[] {
  const text = Array.isArray(header) ? header.join(",") : (header ?? "");
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** What strangers send goes into a log or a terminal: no control characters, no walls of text. */
function quote(text: string): string {
  return text === "" ? "no host at all" : JSON.stringify(text.slice(0, 80));
}
