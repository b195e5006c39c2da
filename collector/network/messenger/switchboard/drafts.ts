/** Messages before it is known who will hear them: what they become in packets depends on that. */
import { randomUUID } from "node:crypto";
import { formatMime } from "../wire/mime.ts";
import { MAX_PACKET_BYTES, roomBeside, splitMessage } from "./chunks.ts";
import type { Letter } from "./outbox.ts";
import { encodeBody, splitText, type TextOptions, textHeaders } from "./text-message.ts";

export type Draft = Pick<Letter, "sizeBytes" | "compose">;

export interface MimeDraft {
  /** `Content-Type` at least. */
  headers: Readonly<Record<string, string>>;
  /** Text is sent as UTF-8. */
  body: string | Uint8Array;
}

/** In several texts, this is as many as anyone would want to receive at once. */
const MAX_TEXT_BYTES = 64 * 1024;
const MAX_MIME_BYTES = 512 * 1024;
/** With less room than this for the text, the headers are the message. */
const MIN_ROOM_BYTES = 400;

/**
 * A text larger than one packet goes in several packets that are joined again, where everybody's client can do so;
 * otherwise as several texts, cut between characters.
 */
export function composeText(text: string, options: TextOptions): Draft | { refusal: string } {
  const body = encodeBody(text);
  const headers = textHeaders(options);
  const roomBytes = roomBeside(headers);
  if (body.length === 0) return { refusal: "there is no text in it" };
  if (body.length > MAX_TEXT_BYTES) {
    return { refusal: `a text of ${body.length} bytes is too long; at most ${MAX_TEXT_BYTES} can be sent` };
  }
  if (roomBytes < MIN_ROOM_BYTES) {
    return { refusal: `its font and name leave ${roomBytes} bytes for the text; shorter ones would do` };
  }
  return {
    sizeBytes: body.length,
    compose(canJoinChunks) {
      const packets = canJoinChunks ? splitMessage(headers, body, messageId()) : undefined;
      return packets ?? splitText(text, roomBytes).map((piece) => formatMime(headers, encodeBody(piece)));
    },
  };
}

/** Anything else is not cut for those who cannot join it: half of it would be nonsense. */
export function composeMime({ headers, body }: MimeDraft): Draft | { refusal: string } {
  const bytes = typeof body === "string" ? Buffer.from(body.toWellFormed(), "utf8") : body;
  const all = { "MIME-Version": "1.0", ...headers };
  const refusal = findFault(all, bytes);
  if (refusal !== undefined) return { refusal };
  return {
    sizeBytes: bytes.length,
    compose(canJoinChunks) {
      const whole = formatMime(all, bytes);
      if (whole.length <= MAX_PACKET_BYTES) return [whole];
      if (!canJoinChunks) {
        return {
          refusal: `it has ${whole.length} bytes, and not everyone here can join a message of more than ${MAX_PACKET_BYTES}`,
        };
      }
      return (
        splitMessage(all, bytes, messageId()) ?? { refusal: `its headers do not fit into ${MAX_PACKET_BYTES} bytes` }
      );
    },
  };
}

function findFault(headers: Readonly<Record<string, string>>, body: Uint8Array): string | undefined {
  if (body.length > MAX_MIME_BYTES) {
    return `a message of ${body.length} bytes is too long; at most ${MAX_MIME_BYTES} can be sent`;
  }
  const names = Object.keys(headers);
  const bad = names.find((name) => !/^[!-9;-~]+$/.test(name));
  if (bad !== undefined) return `${JSON.stringify(bad)} is no name for a header`;
  if (names.some((name) => /^(message-id|chunks|chunk)$/i.test(name))) {
    return "Message-ID, Chunks and Chunk are set when a message is cut, and not by hand";
  }
  return names.some((name) => name.toLowerCase() === "content-type") ? undefined : "it needs a Content-Type header";
}

function messageId(): string {
  return `{${randomUUID().toUpperCase()}}`;
}
