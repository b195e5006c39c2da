/** The byte stream below a Messenger connection, handed in so that the sandbox's past can run without sockets. */
import { connect } from "node:net";

export interface Link {
  write(bytes: Uint8Array): void;
  /** Sends what is queued and closes. */
  end(): void;
  /** Closes at once. */
  destroy(): void;
  /** Stops and goes on reading, where what is below can: the far end then waits. */
  pause?(): void;
  resume?(): void;
}

export interface LinkEvents {
  connected(): void;
  data(bytes: Uint8Array): void;
  /** Called exactly once; nothing follows it. `cause` is missing when the far end closed in order. */
  closed(cause?: Error): void;
}

export interface Endpoint {
  host: string;
  port: number;
}

export type Dial = (endpoint: Endpoint, events: LinkEvents) => Link;

/** A server that lets this much of ours wait is not reading, and would have us remember without end. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/** Plain TCP. */
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
