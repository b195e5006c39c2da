/** One command as the server says it: parameters already encoded, the payload's length not yet among them. */
import { encodeFrame } from "../network/messenger/wire/frame.ts";

export interface Line {
  verb: string;
  params: readonly (string | number)[];
  payload?: Uint8Array;
}

export function line(verb: string, ...params: (string | number)[]): Line {
  return { verb, params };
}

export function payloadLine(payload: Uint8Array | string, verb: string, ...params: (string | number)[]): Line {
  return { verb, params, payload: typeof payload === "string" ? Buffer.from(payload, "utf8") : payload };
}

export function bytesOf({ verb, params, payload }: Line): Buffer {
  return encodeFrame(verb, params, payload);
}
