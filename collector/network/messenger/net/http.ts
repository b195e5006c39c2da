/** The HTTP client below the services, handed in: `node-http.ts` with sockets, the sandbox's own without. */

export interface HttpRequest {
  method: "GET" | "POST";
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  signal?: AbortSignal;
}

export interface HttpResponse {
  status: number;
  /** Names lower-cased; repeated headers joined with ", ". */
  headers: Readonly<Record<string, string>>;
  /** In the pieces in which it arrives. Read it to the end or abort: an unread body keeps its connection. */
  body: AsyncIterable<Uint8Array>;
}

/**
 * Sends one request and resolves at the head of its response, whatever its status; redirects are not followed. Rejects
 * with HttpFailure when there is no response, with the signal's reason when aborted.
 */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;

/** No response: the service cannot be reached, is not trusted, or is not what it should be. The message says which. */
export class HttpFailure extends Error {
  override readonly name = "HttpFailure";
}
