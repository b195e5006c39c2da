/**
 * The packets of `application/x-msnmsgrp2p`, first version (protocol reference 4.5): 48 bytes little-endian, a piece
 * of a message, 4 bytes big-endian. Only packets that carry MSNSLP, of session 0, are of interest here; those of the
 * second version never look like one, because they begin with the size of their header.
 */

const HEADER_BYTES = 48;
const FOOTER_BYTES = 4;
/** The most that one packet may carry on a switchboard. */
export const MAX_PIECE_BYTES = 1202;
/** An INVITE carries a file's preview in base64; more is no invitation. */
const MAX_MESSAGE_BYTES = 256 * 1024;
const MAX_JOINING = 8;
const EXPIRE_MS = 30_000;
/** Acknowledgements, errors, closings: nothing that carries text. */
const CONTROL_FLAGS = 0x02 | 0x04 | 0x08 | 0x40 | 0x80 | 0x100;

interface Packet {
  messageId: number;
  offset: number;
  totalSize: number;
  piece: Buffer;
}

/** `undefined` for anything short, contradictory, or not of session 0: dropped, never indexed into. */
function readPacket(body: Uint8Array): Packet | undefined {
  if (body.length < HEADER_BYTES + FOOTER_BYTES) return undefined;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const sessionId = bytes.readUInt32LE(0);
  const messageId = bytes.readUInt32LE(4);
  const offset = bytes.readBigUInt64LE(8);
  const totalSize = bytes.readBigUInt64LE(16);
  const pieceSize = bytes.readUInt32LE(24);
  const flags = bytes.readUInt32LE(28);
  if (sessionId !== 0 || (flags & CONTROL_FLAGS) !== 0) return undefined;
  if (pieceSize === 0 || pieceSize !== bytes.length - HEADER_BYTES - FOOTER_BYTES) return undefined;
  if (totalSize > MAX_MESSAGE_BYTES || offset + BigInt(pieceSize) > totalSize) return undefined;
  const piece = bytes.subarray(HEADER_BYTES, HEADER_BYTES + pieceSize);
  return { messageId, offset: Number(offset), totalSize: Number(totalSize), piece };
}

/** One MSNSLP message in one packet. The numbers are the sender's own and mean nothing to anyone else. */
export function formatPacket(message: Uint8Array, { messageId, ackId }: { messageId: number; ackId: number }): Buffer {
  if (message.length > MAX_PIECE_BYTES) {
    throw new RangeError(`${message.length} bytes do not fit into one packet of ${MAX_PIECE_BYTES}`);
  }
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(messageId, 4);
  header.writeBigUInt64LE(BigInt(message.length), 16);
  header.writeUInt32LE(message.length, 24);
  header.writeUInt32LE(ackId, 32);
  return Buffer.concat([header, message, Buffer.alloc(FOOTER_BYTES)]);
}

interface Joining {
  pieces: Buffer[];
  sizeBytes: number;
  totalSize: number;
  sinceMs: number;
}

/** Joins the packets of MSNSLP messages: in order, each once, within half a minute, and not too many. */
export class PacketJoiner {
  readonly #joining = new Map<string, Joining>();

  /** A whole MSNSLP message, else `undefined`. */
  receive(from: string, body: Uint8Array, nowMs: number): Buffer | undefined {
    const packet = readPacket(body);
    if (!packet) return undefined;
    if (packet.piece.length === packet.totalSize) return packet.piece;
    for (const [key, { sinceMs }] of this.#joining) if (nowMs - sinceMs > EXPIRE_MS) this.#joining.delete(key);
    return this.#join(`${from} ${packet.messageId}`, packet, nowMs);
  }

  clear(): void {
    this.#joining.clear();
  }

  #join(key: string, { offset, totalSize, piece }: Packet, nowMs: number): Buffer | undefined {
    if (offset === 0 && !this.#joining.has(key)) {
      this.#joining.set(key, { pieces: [], sizeBytes: 0, totalSize, sinceMs: nowMs });
      if (this.#joining.size > MAX_JOINING) this.#joining.delete(this.#joining.keys().next().value as string);
    }
    const joining = this.#joining.get(key);
    if (!joining || offset !== joining.sizeBytes || totalSize !== joining.totalSize) return undefined;
    // A copy: the packet is a view of a buffer that was read for more than this.
    joining.pieces.push(Buffer.from(piece));
    joining.sizeBytes += piece.length;
    if (joining.sizeBytes < totalSize) return undefined;
    this.#joining.delete(key);
    return Buffer.concat(joining.pieces);
  }
}
