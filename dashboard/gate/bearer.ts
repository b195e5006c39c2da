/** Programs come with a token instead of a cookie, and only to the API. */
import type { IncomingMessage } from "node:http";
import type { Access } from "../../db/access/access.ts";
import type { ApiToken } from "../../db/access/tokens.ts";

export type Bearing =
  | { kind: "in"; token: ApiToken }
  /** One line for whoever wrote the program. */
  | { kind: "refused"; code: 401 | 403; message: string };

type Asking = Pick<IncomingMessage, "headers" | "method" | "url">;

/** The token that a request brings; undefined where it brings none, or tokens are not what counts. */
export function tokenIn({ headers, url = "/" }: Pick<Asking, "headers" | "url">): string | undefined {
  return isOfTheApi(url) ? /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1] : undefined;
}

/** Throws AccessRefused. */
export function byToken(access: Access, request: Asking, text: string, nowMs: number): Bearing {
  const token = access.findToken(text, nowMs);
  if (!token) return { kind: "refused", code: 401, message: "There is no such token, or it was revoked." };
  const { method = "GET" } = request;
  if (token.scope === "read" && method !== "GET" && method !== "HEAD")
    return {
      kind: "refused",
      code: 403,
      message: `The token ${JSON.stringify(token.name)} may only read: a ${method} needs one with the scope "write".`,
    };
  return { kind: "in", token };
}

/** The address as it stands: what has to be resolved first (`..`, `%2e`, backslashes) could end elsewhere. */
function isOfTheApi(url: string): boolean {
  const path = url.split("?", 1)[0] as string;
  return (
    path.startsWith("/api/v1/") && URL.parse(path, "http://dashboard")?.pathname === path && !/%2f|%5c/i.test(path)
  );
}
