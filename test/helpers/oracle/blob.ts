/** Both sides of the MBI blob (protocol reference 2.4), shared with nobody. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";

/** What is wrong with the proof that a client holds the token's key; undefined when nothing is. */
export function proves(blob: string, secret: string, nonce: string): string | undefined {
  const bytes = Buffer.from(blob, "base64");
  if (bytes.length !== 128) return `it has ${bytes.length} bytes instead of 128`;
  const head = Array.from({ length: 7 }, (_, at) => bytes.readUInt32LE(4 * at));
  if (String(head) !== "28,1,26115,32772,8,20,72") return `its head says ${head}`;
  const [iv, hash, encrypted] = [bytes.subarray(28, 36), bytes.subarray(36, 56), bytes.subarray(56)];
  const key = Buffer.from(secret, "base64");
  const expected = hmac(derive(key, "WS-SecureConversationSESSION KEY HASH"), Buffer.from(nonce));
  if (!hash.equals(expected)) return "its hash is not that of the nonce";
  const decipher = createDecipheriv("des-ede3-cbc", derive(key, "WS-SecureConversationSESSION KEY ENCRYPTION"), iv);
  const text = Buffer.concat([decipher.update(encrypted), decipher.final()]).toString();
  return text === nonce ? undefined : "what it encrypts is not the nonce";
}

/** The client's side: a proof that one holds the key. */
export function prove(secret: string, nonce: string): string {
  const key = Buffer.from(secret, "base64");
  const iv = randomBytes(8);
  const hash = hmac(derive(key, "WS-SecureConversationSESSION KEY HASH"), Buffer.from(nonce));
  const cipher = createCipheriv("des-ede3-cbc", derive(key, "WS-SecureConversationSESSION KEY ENCRYPTION"), iv);
  const encrypted = Buffer.concat([cipher.update(nonce), cipher.final()]);
  const head = Buffer.alloc(28);
  [28, 1, 26115, 32772, 8, 20, encrypted.length].forEach((word, at) => void head.writeUInt32LE(word, 4 * at));
  return Buffer.concat([head, iv, hash, encrypted]).toString("base64");
}

function derive(key: Buffer, label: string): Buffer {
  const word = Buffer.from(label);
  const first = hmac(key, word);
  const second = hmac(key, Buffer.concat([first, word]));
  const third = hmac(key, Buffer.concat([hmac(key, first), word]));
  return Buffer.concat([second, third.subarray(0, 4)]);
}

function hmac(key: Buffer, bytes: Buffer): Buffer {
  return createHmac("sha1", key).update(bytes).digest();
}
