/**
 * The dashboard's password, kept as argon2id in the usual string form: `$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH`. The
 * figures are OWASP's for a server that has little memory to spare: 19 MiB and two passes, some 60 ms.
 */
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;
const HASH_BYTES = 32;
const SALT_BYTES = 16;
const SHORTEST = 8;
/** What comes from strangers is hashed: no walls of text. */
const LONGEST_BYTES = 1_024;

/** A password that nobody should have; the message says why. */
export class PasswordRefused extends Error {
  override readonly name = "PasswordRefused";
}

const derive = promisify(argon2) as (
  algorithm: "argon2id",
  parameters: Parameters<typeof argon2>[1],
) => Promise<Buffer>;

/** Throws PasswordRefused for one that is too short or too long. */
export function requireUsable(password: string): void {
  if ([...password].length < SHORTEST)
    throw new PasswordRefused(`a password should have at least ${SHORTEST} letters; several words are easy to keep`);
  if (Buffer.byteLength(password) > LONGEST_BYTES)
    throw new PasswordRefused(`a password should have at most ${LONGEST_BYTES} bytes`);
}

/** The form in which it is stored. Throws PasswordRefused. */
export async function hashPassword(password: string): Promise<string> {
  requireUsable(password);
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(
    "argon2id",
    parameters(password, { salt, memory: MEMORY_KIB, passes: PASSES, lanes: LANES }),
  );
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${base64(salt)}$${base64(hash)}`;
}

/** Whether it is the one that `stored` was made of. Throws RangeError when `stored` is of another form. */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  const parts = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(stored);
  if (!parts) throw new RangeError("what is stored is no argon2id password");
  if (Buffer.byteLength(password) > LONGEST_BYTES) return false;
  const [memory = 0, passes = 0, lanes = 0] = parts.slice(1, 4).map(Number);
  const [salt, hash] = parts.slice(4).map((text) => Buffer.from(text, "base64")) as [Buffer, Buffer];
  const found = await derive("argon2id", parameters(password, { salt, memory, passes, lanes, bytes: hash.length }));
  return timingSafeEqual(found, hash);
}

interface Cost {
  salt: Buffer;
  memory: number;
  passes: number;
  lanes: number;
  bytes?: number;
}

/** The same letters may be typed as different code points; NFKC makes them one. */
function parameters(password: string, { salt, memory, passes, lanes, bytes = HASH_BYTES }: Cost) {
  return { message: password.normalize("NFKC"), nonce: salt, memory, passes, parallelism: lanes, tagLength: bytes };
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
