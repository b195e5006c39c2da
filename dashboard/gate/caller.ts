/** Which requests are for us at all. A page elsewhere must not reach the dashboard by another name for this computer. */
import type { IncomingMessage } from "node:http";
import type { Listen } from "../../db/settings/listen.ts";

type Asking = Pick<IncomingMessage, "headers" | "rawHeaders" | "url" | "method"> & {
  /** The address that the connection comes from. */
  peer: string | undefined;
};

/** `port`: the one that is listened on in the end. */
type Place = Pick<Listen, "port" | "names" | "proxies">;

export type Admission =
  | {
      kind: "caller";
      /** Where it comes from in the end, as far as it is known. */
      address: string;
      /** It came over https to a proxy of ours. */
      isSecure: boolean;
      /** It came from this computer and from nowhere else before. */
      isHere: boolean;
    }
  | {
      kind: "refused";
      code: 400 | 403;
      /** One line for the person or the proxy that asked. */
      message: string;
    };

/** Whether the request names this dashboard, comes from it, and came directly or through a proxy of ours. */
export function admit(request: Asking, place: Place): Admission {
  const { headers, rawHeaders, url = "/", method = "GET" } = request;
  const peer = (request.peer ?? "").replace(/^::ffff:/, "");
  if (rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host").length > 1)
    return refused(400, "The request names two hosts.");
  const isByProxy = place.proxies.includes(peer);
  const forwarded = Object.keys(headers).find((name) => name === "forwarded" || name.startsWith("x-forwarded-"));
  if (forwarded && !isByProxy) {
    return refused(
      400,
      `The request carries "${forwarded}", so it came through a proxy, and ${quote(peer)} is none that is configured: open ${here(place)} directly, or see ROLLCALL_PROXY.`,
    );
  }
  // The last one was written by our proxy; what stands before it, anybody may have written.
  const said = (name: string) => (isByProxy ? String(headers[name] ?? "") : "").split(",").at(-1)?.trim() || undefined;
  const isSecure = said("x-forwarded-proto") === "https";
  const host = said("x-forwarded-host") ?? headers.host ?? "";
  if (!isOurs(host, place, isByProxy)) {
    return refused(
      403,
      `The request asked for ${quote(host)}, which is not this dashboard: open ${here(place)} instead, or see ROLLCALL_NAMES.`,
    );
  }
  const own = `${isSecure ? "https" : "http"}://${host.toLowerCase()}`;
  const origin = headers.origin;
  // It must be the very name that was asked for: localhost and 127.0.0.1 are different places to a browser.
  if (origin !== undefined && origin.toLowerCase() !== own) {
    return refused(
      403,
      `The request came from a page at ${quote(origin)}; only the dashboard's own pages at ${own} may ask.`,
    );
  }
  // What changes something says where it comes from; every browser does.
  if (origin === undefined && method !== "GET" && method !== "HEAD")
    return refused(403, `A ${method} without an Origin is not from a page of this dashboard.`);
  // A link from elsewhere may open a page; it has no business starting downloads and streams.
  const site = headers["sec-fetch-site"];
  if ((site === "cross-site" || site === "same-site") && /^\/(export|api)\//.test(url))
    return refused(403, `The request came from another site; open ${own}/ and ask from there.`);
  const isHere = !isByProxy && /^(127\.|::1$)/.test(peer);
  return { kind: "caller", address: said("x-forwarded-for") ?? peer, isSecure, isHere };
}

/** A proxy listens on a port of its own. */
function isOurs(host: string, { port, names }: Place, isByProxy: boolean): boolean {
  const [, name = "", said] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(host.toLowerCase()) ?? [];
  return names.includes(name) && (isByProxy || Number(said ?? 80) === port);
}

function here({ port }: Place): string {
  return `http://127.0.0.1:${port}/`;
}

function refused(code: 400 | 403, message: string): Admission {
  return { kind: "refused", code, message };
}

/** What strangers send goes into a log or a terminal: no control characters, no walls of text. */
function quote(text: string): string {
  return text === "" ? "no host at all" : JSON.stringify(text.slice(0, 80));
}
