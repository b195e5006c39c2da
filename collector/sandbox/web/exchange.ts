/** One request to the sandbox's web services and its answer, without the sockets that carry them. */

export interface WebRequest {
  method: string;
  /** With the query. */
  path: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  /** Where the client reached us, for instance `https://127.0.0.1:1863`: what answers refer it to. */
  origin: string;
}

export interface WebAnswer {
  status: number;
  /** Names as they are spelled on the wire: some old clients look for the very letters. */
  headers: Readonly<Record<string, string>>;
  /** In pieces, made as they are sent: the address book of 10,000 contacts is 13 MB and never all in memory. */
  body: Iterable<string | Uint8Array>;
  /** Scripted by a test: the connection breaks after so many bytes of the body. */
  cutAfterBytes?: number;
  /** Scripted by a test: the connection breaks before any of it. */
  hangsUp?: true;
}

export const XML = "text/xml; charset=utf-8";

export function answer(status: number, type: string, body: string, headers: Record<string, string> = {}): WebAnswer {
  return { status, headers: { ...headers, "Content-Type": type }, body: [body] };
}

/** A status with nothing to say beside it, worded as the recorded server does: `403: Forbidden`. */
export function plainAnswer(status: number, reason: string, headers: Record<string, string> = {}): WebAnswer {
  return answer(status, "text/plain; charset=utf-8", `${status}: ${reason}`, headers);
}

export function bodyText(request: WebRequest): string {
  return Buffer.from(request.body).toString("utf8");
}
