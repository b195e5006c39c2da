import { deepStrictEqual } from "node:assert/strict";
import {
  type Frame,
  FrameDecoder,
  MAX_PAYLOAD_BYTES,
  SERVER_PAYLOAD_VERBS,
  WireError,
} from "../../collector/network/messenger/wire/frame.ts";
import { inPieces } from "./cuts.ts";
import { recordedFrames } from "./recorded.ts";

/** Any bytes in any cut give the same frames and the same refusal. */
export function fuzz(data: Uint8Array): void {
  const { whole, pieces } = inPieces(data);
  const heard = hear(pieces);
  deepStrictEqual(heard, hear([whole]));
  for (const { verb, payload } of heard.frames) {
    if (!/^([A-Z]{3}|\d{3})$/.test(verb)) throw new Error(`${verb} is no verb`);
    if (payload && payload.length > MAX_PAYLOAD_BYTES) throw new Error(`a payload of ${payload.length} bytes`);
  }
}

function hear(pieces: readonly Uint8Array[]): { frames: Frame[]; refusal?: string } {
  // Every other command of ours was one with a payload.
  const failedVerb = (trId: string) => (Number(trId) % 2 === 0 ? "ADL" : "CHG");
  const decoder = new FrameDecoder(SERVER_PAYLOAD_VERBS, { failedVerb });
  const frames: Frame[] = [];
  try {
    for (const piece of pieces) for (const frame of decoder.push(piece)) frames.push(copy(frame));
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return { frames, refusal: error.message };
  }
  return { frames };
}

function copy({ payload, ...frame }: Frame): Frame {
  return { ...frame, ...(payload && { payload: Uint8Array.from(payload) }) };
}

export function seeds(): Uint8Array[] {
  const frames = recordedFrames(/^/);
  const some = [Buffer.from("\x05241 8 9\r\n<ml></ml>QNG 50\r\n"), Buffer.from("\x09UUX 12\r\n  nln  x \n\r\n")];
  return [...some, ...frames.map((frame, n) => Buffer.concat([Buffer.of(n % 64), frame, frames[n + 1] ?? frame]))];
}
