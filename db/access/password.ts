/**
 * The one password of the dashboard: argon2id with what OWASP names as the least (19 MiB, 2 passes, 1 lane), kept as a
 * PHC string, so that stronger numbers can come later and old ones still be checked.
 */
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { argon2Turn } from "./argon2-turn.ts";

const LEAST_CHARACTERS = 8;
const MOST_BYTES = 1_024;
const COST = { memory: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** A new password will not do; the message says why. */
export class PasswordRefused extends Error {
  override readonly name = "PasswordRefused";
  readonly code: "too-short" | "too-long";
  constructor(code: PasswordRefused["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** Long enough is all that is asked: rules about signs and digits make people choose worse ones. */
export function checkNewPassword(text: string): void {
  if ([...text].length < LEAST_CHARACTERS)
    throw new PasswordRefused("too-short", `a password needs ${LEAST_CHARACTERS} characters or more`);
  if (Buffer.byteLength(text) > MOST_BYTES)
    throw new PasswordRefused("too-long", `a password may be ${MOST_BYTES} bytes long at most`);
}

/** A PHC string. Throws PasswordRefused, and TooBusy when too many wait already. */
export async function hashPassword(text: string): Promise<string> {
  checkNewPassword(text);
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(text, salt, HASH_BYTES, COST);
  const { memory, passes, parallelism } = COST;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** Throws TooBusy when too many wait already, and Error for what is no PHC string of ours. */
export async function isPassword(text: string, phc: string): Promise<boolean> {
  // Nothing so long was ever set; it is not worth the memory.
  if (Buffer.byteLength(text) > MOST_BYTES) return false;
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(phc);
  if (!found)
    throw new Error("the stored password is no PHC string of argon2id: set it again with `rollcall password`");
  const [memory, passes, parallelism] = found.slice(1, 4).map(Number) as [number, number, number];
  const [salt, hash] = found.slice(4).map((part) => Buffer.from(part, "base64")) as [Buffer, Buffer];
  return timingSafeEqual(await derive(text, salt, hash.length, { memory, passes, parallelism }), hash);
}

function derive(text: string, nonce: Buffer, tagLength: number, cost: typeof COST): Promise<Buffer> {
  // The same letters come as different bytes from different keyboards.
  const message = text.normalize("NFKC");
  return argon2Turn(
    () =>
      new Promise((resolve, reject) => {
        argon2("argon2id", { ...cost, message, nonce, tagLength }, (error, key) =>
          error ? reject(error) : resolve(key),
        );
      }),
  );
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
