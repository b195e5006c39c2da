/**
 * What is left of somebody who was forgotten: a digest, keyed with a secret of this database. It names nobody, but who is
 * on a roster again can be compared with it. Whoever has the whole database and guesses an address can do that, too.
 */
import { createHmac, randomBytes } from "node:crypto";
import type { Handle } from "../open.ts";

const KEY = "tombstone_key";

/** Who it is: the same address on another account is somebody else here. All lower-cased. */
export interface Whom {
  network: string;
  account: string;
  address: string;
}

/** To be called in the transaction that begins to forget. */
export function putTombstone(db: Handle, digest: Uint8Array, nowMs: number): void {
  db.prepare("INSERT INTO tombstone (digest, forgotten_ms) VALUES (?, ?) ON CONFLICT DO NOTHING").run(digest, nowMs);
}

/** Makes the key at the first use. */
export function digestOf(db: Handle, whom: Whom): Buffer {
  return digestWith(storedKey(db) ?? makeKey(db), whom);
}

/** When people were forgotten, oldest first; who they were nobody knows. */
export function forgottenAt(db: Handle): number[] {
  return db.prepare("SELECT forgotten_ms FROM tombstone ORDER BY forgotten_ms").pluck().all() as number[];
}

/** The tombstones of a database, as they are put into another one that knows these people still. */
export interface Tombstones {
  key: string;
  stones: { digest: Uint8Array; forgottenMs: number }[];
}

/** Undefined when nobody was ever forgotten here. */
export function readTombstones(db: Handle): Tombstones | undefined {
  const stones = db
    .prepare("SELECT digest, forgotten_ms AS forgottenMs FROM tombstone ORDER BY digest")
    .all() as Tombstones["stones"];
  const key = storedKey(db);
  return key === undefined || stones.length === 0 ? undefined : { key: key.toString("hex"), stones };
}

/** Answers for everyone at once who has been forgotten, for whoever asks often. */
export class Forgotten {
  readonly #key: Buffer | undefined;
  readonly #digests: ReadonlySet<string>;

  constructor({ key, stones }: Tombstones = { key: "", stones: [] }) {
    this.#key = stones.length === 0 ? undefined : Buffer.from(key, "hex");
    this.#digests = new Set(stones.map(({ digest }) => Buffer.from(digest).toString("hex")));
  }

  has(whom: Whom): boolean {
    return this.#key !== undefined && this.#digests.has(digestWith(this.#key, whom).toString("hex"));
  }
}

function digestWith(key: Buffer, { network, account, address }: Whom): Buffer {
  return createHmac("sha256", key)
    .update(JSON.stringify([network, account, address]))
    .digest();
}

function storedKey(db: Handle): Buffer | undefined {
  const stored = db.prepare("SELECT value FROM setting WHERE key = ?").pluck().get(KEY) as string | undefined;
  return stored === undefined ? undefined : Buffer.from(stored, "hex");
}

function makeKey(db: Handle): Buffer {
  const key = randomBytes(32);
  db.prepare("INSERT INTO setting (key, value) VALUES (?, ?)").run(KEY, key.toString("hex"));
  return key;
}
