/** Answers to `CHL`, with which a server asks which client it is talking to (protocol reference 2.14). */
import { createHash } from "node:crypto";
import type { Dialect } from "../dialects.ts";

export interface ChallengeAnswer {
  /** The product to name in `QRY`. */
  productId: string;
  /** Of 32 bytes, hexadecimal and lower-case. */
  payload: Uint8Array;
}

/** MSNP11 brought the longer computation. */
const FIRST_WITH_PRODUCT_KEYS = 11;

/** What to send in `QRY` for `CHL 0 challenge`, as the product that the dialect gives itself out to be. */
export function answerChallenge(
  { number, product }: Pick<Dialect, "number" | "product">,
  challenge: string,
): ChallengeAnswer {
  const { challengeId, challengeKey } = product;
  const answer =
    number < FIRST_WITH_PRODUCT_KEYS
      ? shortAnswer(challenge, challengeKey)
      : longAnswer(challenge, challengeId, challengeKey);
  return { productId: challengeId, payload: Buffer.from(answer, "latin1") };
}

/** MSNP6 to MSNP10. */
export function shortAnswer(challenge: string, key: string): string {
  return md5(challenge + key).toString("hex");
}

const MODULUS = 0x7fff_ffffn;
const MULTIPLIER = 0x0e79_a9c1n;

/** MSNP11 on. */
export function longAnswer(challenge: string, productId: string, key: string): string {
  const digest = wordsOf(md5(challenge + key));
  const { high, low } = keysFrom(
    wordsOf(padded(challenge + productId)),
    digest.map((word) => word & MODULUS),
  );
  // The words as they were digested: masking them here too gives a wrong digit in about every second answer.
  return digest.map((word, index) => hexOf(word ^ (index % 2 === 0 ? high : low))).join("");
}

/** Two numbers out of the words of challenge and product, stirred with the digest's masked words. */
function keysFrom(words: readonly bigint[], [m0 = 0n, m1 = 0n, m2 = 0n, m3 = 0n]: readonly bigint[]) {
  let high = 0n;
  let low = 0n;
  for (let index = 0; index + 1 < words.length; index += 2) {
    const first = (((words[index] as bigint) * MULTIPLIER) % MODULUS) + high;
    const middle = (first * m0 + m1) % MODULUS;
    high = ((((words[index + 1] as bigint) + middle) % MODULUS) * m2 + m3) % MODULUS;
    low += high + middle;
  }
  return { high: (high + m1) % MODULUS, low: (low + m3) % MODULUS };
}

/** Filled up with zeros (the digit) to eight bytes; a text that already fits gets eight more. */
function padded(text: string): Buffer {
  return Buffer.from(text + "0".repeat(8 - (text.length % 8)), "latin1");
}

function wordsOf(bytes: Buffer): bigint[] {
  return Array.from({ length: bytes.length / 4 }, (_, index) => BigInt(bytes.readUInt32LE(index * 4)));
}

function hexOf(word: bigint): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(Number(word));
  return bytes.toString("hex");
}

function md5(text: string): Buffer {
  // Tokens are one character per byte (wire/frame.ts).
  return createHash("md5").update(text, "latin1").digest();
}
