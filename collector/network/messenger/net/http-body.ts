/** The bodies of short answers, read whole. Long ones are read in the pieces in which they arrive. */
import { HttpFailure, type HttpResponse } from "./http.ts";

/** Throws HttpFailure when the body is longer than `maxBytes`; whatever else the body throws goes on to the caller. */
export async function readBody({ body }: Pick<HttpResponse, "body">, maxBytes: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of body) {
    sizeBytes += piece.length;
    // Leaving the loop ends the reading, and with it the connection.
    if (sizeBytes > maxBytes) throw new HttpFailure(`it answered with more than ${maxBytes} bytes where few were due`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces, sizeBytes);
}

/** The same, for a body that says nothing we need: its connection can then be used again. */
export async function discardBody(response: Pick<HttpResponse, "body">, maxBytes = 64 * 1024): Promise<void> {
  await readBody(response, maxBytes);
}
