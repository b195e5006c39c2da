/** An HTTP client that answers without a network, and keeps what it was asked. */
import type { HttpClient, HttpRequest } from "../../collector/network/messenger/net/http.ts";

export interface Scripted {
  status?: number;
  body: string | Uint8Array;
}

export type Answering = (request: HttpRequest) => Scripted | Promise<Scripted>;

/** `pieceBytes`: how much of a body arrives at a time. */
export function answering(answer: Answering, pieceBytes = 1024): { http: HttpClient; asked: HttpRequest[] } {
  const asked: HttpRequest[] = [];
  const http: HttpClient = async (request) => {
    request.signal?.throwIfAborted();
    asked.push(request);
    const { status = 200, body } = await answer(request);
    return { status, headers: {}, body: inPieces(Buffer.from(body), pieceBytes) };
  };
  return { http, asked };
}

async function* inPieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

const ENVELOPE = '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">';

export function soapBody(inside: string, header = ""): string {
  return `<?xml version="1.0"?>${ENVELOPE}<soap:Header>${header}</soap:Header><soap:Body>${inside}</soap:Body></soap:Envelope>`;
}

/** A fault as the address book has it: the name is in the details. */
export function soapFault(code: string, words = "Something went wrong"): string {
  return soapBody(
    `<soap:Fault><faultcode>soap:Client</faultcode><faultstring>${words}</faultstring><detail><errorcode xmlns="AB">${code}</errorcode></detail></soap:Fault>`,
  );
}
