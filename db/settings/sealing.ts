/**
 * Passwords are sealed to the collector's public key: whoever adds an account can seal, only the collector, which has
 * the private key in a file of its own, can open. The key file never belongs in a copy of the database.
 */
import { chmodSync, existsSync, linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sodium from "libsodium-wrappers";
import type { Handle } from "../open.ts";
import { SealBroken } from "./seal-broken.ts";

const PUBLIC_KEY = "collector_public_key";

/** Seals a password for the collector that keeps its key in `folder`; makes the key pair at the first use. */
export async function sealPassword(db: Handle, folder: string, password: string): Promise<Uint8Array> {
  await sodium.ready;
  return sodium.crypto_box_seal(sodium.from_string(password), await publicKey(db, folder));
}

/** Throws SealBroken when the key file is missing, damaged or belongs to another installation. */
export async function openPassword(folder: string, sealed: Uint8Array, address: string): Promise<string> {
  await sodium.ready;
  const path = keyFile(folder);
  const again = `give its password again with: rollcall account add ${address} …`;
  if (!existsSync(path))
    throw new SealBroken(`the password of ${address} cannot be opened, ${path} is missing: ${again}`);
  const privateKey = readKey(path);
  const publicHalf = sodium.crypto_scalarmult_base(privateKey);
  try {
    return sodium.to_string(sodium.crypto_box_seal_open(sealed, publicHalf, privateKey));
  } catch (error) {
    throw new SealBroken(`the password of ${address} was sealed for another key than ${path}: ${again}`, {
      cause: error,
    });
  }
}

async function publicKey(db: Handle, folder: string): Promise<Uint8Array> {
  const path = keyFile(folder);
  if (!existsSync(path)) {
    const pair = sodium.crypto_box_keypair();
    // Written aside and linked into place: a crash leaves no empty key, and of two programs that add the first account
    // at once, one wins and the other reads its key.
    const aside = `${path}.${process.pid}`;
    writeFileSync(aside, sodium.to_base64(pair.privateKey), { mode: 0o600, flush: true });
    try {
      linkSync(aside, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      rmSync(aside);
    }
  }
  const key = sodium.crypto_scalarmult_base(readKey(path));
  // A copy that was put back may have become readable for others.
  chmodSync(path, 0o600);
  db.prepare("INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value").run(
    PUBLIC_KEY,
    sodium.to_base64(key),
  );
  return key;
}

function readKey(path: string): Uint8Array {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new SealBroken(`cannot read ${path} (${(error as NodeJS.ErrnoException).code}): check who owns it`, {
      cause: error,
    });
  }
  // What `to_base64` writes.
  const key = Buffer.from(text.trim(), "base64url");
  if (key.length === sodium.crypto_box_SECRETKEYBYTES) return key;
  throw new SealBroken(
    `${path} holds no key: put the right one back from a copy, or move it away and give every password again`,
  );
}

function keyFile(folder: string): string {
  return join(folder, "collector.key");
}
