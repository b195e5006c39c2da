/** One port for everything: what a client speaks shows in its first bytes. */
import type { Socket } from "node:net";

export type Spoken = "tls" | "http" | "messenger";

/** A TLS client begins with a handshake record. */
const TLS_HANDSHAKE = 0x16;
/** No Messenger client begins with a verb that begins like one of these: it says VER, or PNG to ask who is there. */
const HTTP_METHODS = ["GET ", "POST ", "HEAD ", "OPTIONS "];

/** Nothing when there are too few bytes to tell. */
export function spokenIn(bytes: Uint8Array): Spoken | undefined {
  if (bytes.length === 0) return undefined;
  if (bytes[0] === TLS_HANDSHAKE) return "tls";
  const text = Buffer.from(bytes.subarray(0, 8)).toString("latin1");
  if (HTTP_METHODS.some((method) => text.startsWith(method))) return "http";
  return HTTP_METHODS.some((method) => method.startsWith(text)) ? undefined : "messenger";
}

/** Calls `tell` once, with what the socket has said so far; never, when it closes before that. */
export function sniff(socket: Socket, tell: (spoken: Spoken, first: Buffer) => void): void {
  let first: Buffer = Buffer.alloc(0);
  const listen = (bytes: Buffer) => {
    first = Buffer.concat([first, bytes]);
    const spoken = spokenIn(first);
    if (!spoken) return;
    socket.off("data", listen);
    socket.pause();
    tell(spoken, first);
  };
  socket.on("data", listen);
}
