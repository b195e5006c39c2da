/** The proof of MSNP15 and later that we hold the key of our token: the MBI blob (protocol reference 2.4). */
import { createCipheriv, createHmac, randomBytes } from "node:crypto";

const IV_BYTES = 8;
const HASH_BYTES = 20;
const CBC = 1;
const TRIPLE_DES = 0x6603;
const SHA1 = 0x8004;

export interface SsoProof {
  /** The token's `BinarySecret`, base64. */
  secret: string;
  /** From `USR … SSO S policy nonce`, as it stands there. */
  nonce: string;
  /** Eight random bytes; given only to repeat a known answer. */
  iv?: Uint8Array;
}

/** The last parameter of `USR n SSO S ticket blob`, base64. */
export function ssoBlob({ secret, nonce, iv = randomBytes(IV_BYTES) }: SsoProof): string {
  const key = Buffer.from(secret, "base64");
  // Both work on the nonce as text, not on the bytes it encodes.
  const hash = hmac(derive(key, "SESSION KEY HASH"), Buffer.from(nonce, "latin1"));
  const cipher = createCipheriv("des-ede3-cbc", derive(key, "SESSION KEY ENCRYPTION"), iv);
  const sealed = Buffer.concat([cipher.update(nonce, "latin1"), cipher.final()]);
  return Buffer.concat([header(sealed.length), iv, hash, sealed]).toString("base64");
}

/** The key that belongs to a label: 24 bytes. Exported for the published vectors (protocol reference A.3). */
export function derive(key: Uint8Array, label: string): Buffer {
  const data = Buffer.from(`WS-SecureConversation${label}`, "latin1");
  const first = hmac(key, data);
  const second = hmac(key, Buffer.concat([first, data]));
  const third = hmac(key, first);
  const fourth = hmac(key, Buffer.concat([third, data]));
  return Buffer.concat([second, fourth.subarray(0, 4)]);
}

function header(sealedBytes: number): Buffer {
  const fields = [28, CBC, TRIPLE_DES, SHA1, IV_BYTES, HASH_BYTES, sealedBytes];
  const bytes = Buffer.alloc(fields.length * 4);
  for (const [index, field] of fields.entries()) bytes.writeUInt32LE(field, index * 4);
  return bytes;
}

function hmac(key: Uint8Array, data: Uint8Array): Buffer {
  return createHmac("sha1", key).update(data).digest();
}
