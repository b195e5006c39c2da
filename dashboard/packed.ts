/** The build's scripts and styles: packed once, when they are built, as small as it gets, and handed out like that. */
import { globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import sirv from "sirv";

/** Less than this fits into a packet anyway. */
const LEAST_BYTES = 1_000;
/** Their names change with what is in them. */
const MAX_AGE_S = 365 * 86_400;
const PREFIX = "/_next/static";

/** Puts a `.br` and a `.gz` beside each of the build's files. */
export function packStatic(folder: string): void {
  for (const name of globSync("**/*.{js,css,svg}", { cwd: folder })) {
    const path = join(folder, name);
    if (statSync(path).size < LEAST_BYTES) continue;
    const text = readFileSync(path);
    writeFileSync(`${path}.br`, brotliCompressSync(text));
    writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }));
  }
}

/** As much of a request handler as Next has. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Answers for the build's files; whatever else is asked for is for `next`. */
export function packedFirst(folder: string, next: Handler): Handler {
  const files = sirv(folder, { brotli: true, gzip: true, immutable: true, maxAge: MAX_AGE_S });
  return async (request, response) => {
    const { url = "/" } = request;
    if (!url.startsWith(`${PREFIX}/`)) return next(request, response);
    request.url = url.slice(PREFIX.length);
    files(request, response, () => {
      request.url = url;
      void next(request, response);
    });
  };
}
