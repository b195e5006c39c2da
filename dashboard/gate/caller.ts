/** Which requests are for us at all. A page elsewhere must not reach the dashboard by another name for this computer. */
import type { IncomingMessage } from "node:http";

type Caller = Pick<IncomingMessage, "headers" | "rawHeaders" | "url" | "method">;

export interface Refusal {
  code: 400 | 403;
  /** One line for the person or the proxy that asked. */
  message: string;
}

/** Undefined when the request names this dashboard, comes from it, and came directly. */
export function refuseCaller(request: Caller, port: number): Refusal | undefined {
  const { headers, rawHeaders, url = "/", method = "GET" } = request;
  if (rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host").length > 1) {
    return { code: 400, message: "The request names two hosts." };
  }
  const forwarded = Object.keys(headers).find((name) => name === "forwarded" || name.startsWith("x-forwarded-"));
  if (forwarded) {
    return {
      code: 400,
      message: `The request carries "${forwarded}", so it came through a proxy, and no proxy is configured: open http://127.0.0.1:${port}/ directly.`,
    };
  }
  const names = ownNames(port);
  const host = headers.host ?? "";
  if (!names.includes(host.toLowerCase())) {
    return {
      code: 403,
      message: `The request asked for ${quote(host)}, which is not this dashboard: open http://127.0.0.1:${port}/ instead.`,
    };
  }
  const origin = headers.origin;
  // It must be the very name that was asked for: localhost and 127.0.0.1 are different places to a browser.
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    return {
      code: 403,
      message: `The request came from a page at ${quote(origin)}; only the dashboard's own pages at http://${host} may ask.`,
    };
  }
  // What changes something says where it comes from; every browser does.
  if (origin === undefined && method !== "GET" && method !== "HEAD") {
    return { code: 403, message: `A ${method} without an Origin is not from a page of this dashboard.` };
  }
  // A link from elsewhere may open a page; it has no business starting downloads and streams.
  const site = headers["sec-fetch-site"];
  if ((site === "cross-site" || site === "same-site") && /^\/(export|api)\//.test(url)) {
    return { code: 403, message: `The request came from another site; open http://${host}/ and ask from there.` };
  }
  return undefined;
}

function ownNames(port: number): string[] {
  const names = ["127.0.0.1", "localhost", "[::1]"];
  const withPort = names.map((name) => `${name}:${port}`);
  return port === 80 ? [...names, ...withPort] : withPort;
}

/** What strangers send goes into a log or a terminal: no control characters, no walls of text. */
function quote(text: string): string {
  return text === "" ? "no host at all" : JSON.stringify(text.slice(0, 80));
}
