/** The web requests and responses in the recordings. */
import { restoreBody } from "./transcript-payload.ts";

export interface WebBody {
  /** The whole body, or its beginning. */
  text: string;
  /** Long bodies were cut when the recording was made. */
  isCut: boolean;
}

export interface WebRequest {
  method: string;
  scheme: string;
  /** With its query. */
  path: string;
  /** Names as they were spelled. */
  headers: Record<string, string>;
  body: WebBody | undefined;
}

export interface WebResponse {
  status: number;
  headers: Record<string, string>;
  body: WebBody | undefined;
}

export function readRequest(said: string): WebRequest {
  const { head, headers, body } = readParts(said);
  const [, method, scheme, path] = /^(GET|POST) (https?) (\/\S*)$/.exec(head) ?? [];
  if (!method || !scheme || !path) throw new Error(`not a web request: ${said}`);
  return { method, scheme, path, headers, body };
}

export function readResponse(said: string): WebResponse {
  const { head, headers, body } = readParts(said);
  const [, status] = /^(\d{3}) [A-Z]/.exec(head) ?? [];
  if (!status) throw new Error(`not a web response: ${said}`);
  if (body && !body.isCut) {
    const size = Number(headers["Content-Length"]);
    body.text = restoreBody(body.text, size);
    if (Buffer.byteLength(body.text) !== size) throw new Error(`the body has not the ${size} bytes it announces`);
  }
  return { status: Number(status), headers, body };
}

function readParts(said: string): { head: string; headers: Record<string, string>; body: WebBody | undefined } {
  const [, head, headers = "{}", json] = /^(.*?)(?: headers=(\{.*?\}))?(?: body=(".*"))?$/.exec(said) ?? [];
  if (head === undefined) throw new Error(`not a web request or response: ${said}`);
  const [, start, size] = /^(.*)\.\.\.\((\d+)\)$/s.exec(json ? (JSON.parse(json) as string) : "") ?? [];
  const text = json === undefined ? undefined : size === undefined ? (JSON.parse(json) as string) : (start as string);
  const body = text === undefined ? undefined : { text, isCut: size !== undefined };
  return { head, headers: JSON.parse(headers) as Record<string, string>, body };
}
