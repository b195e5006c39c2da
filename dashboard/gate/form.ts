/** A form that came in by POST, before anybody is signed in. */
import type { IncomingMessage } from "node:http";

const MOST_BYTES = 8_192;
const PATIENCE_MS = 10_000;

/** Its fields; undefined when it is no form, is too large for one of ours, or does not arrive. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers["content-type"] ?? "")) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  const late = setTimeout(() => request.destroy(), PATIENCE_MS);
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) return undefined;
      chunks.push(chunk);
    }
  } catch (error) {
    if (request.destroyed) return undefined;
    throw error;
  } finally {
    clearTimeout(late);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}
