/** Plain TCP. */
import { connect } from "node:net";
import type { Dial } from "./link.ts";

/** A server that lets this much of ours wait is not reading, and would have us remember without end. */
const MAX_UNREAD_BYTES = 1024 * 1024;

export const dialTcp: Dial = (endpoint, events) => {
  const socket = connect({ host: endpoint.host, port: endpoint.port, noDelay: true });
  let cause: Error | undefined;
  socket.on("connect", () => events.connected());
  // No encoding is set, so chunks are never strings.
  socket.on("data", (bytes) => events.data(bytes as Buffer));
  socket.on("error", (error) => {
    cause = error;
  });
  socket.on("close", () => events.closed(cause));
  return {
    write(bytes) {
      socket.write(bytes);
      if (socket.writableLength > MAX_UNREAD_BYTES) socket.destroy(new Error("it does not read what is sent to it"));
    },
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
  };
};
