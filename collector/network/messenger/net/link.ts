/** The byte stream below a Messenger connection, handed in: TCP, the HTTP gateway, or no socket at all. */

export interface Endpoint {
  host: string;
  port: number;
}

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

export type Dial = (endpoint: Endpoint, events: LinkEvents) => Link;
