/** The accounts that a person has configured. */
import { z } from "zod";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import type { AccountState } from "../record/facts.ts";
import { SettingsError } from "./settings-error.ts";

/** What the network's own code needs to sign in beyond address, password and server. */
const options = z.strictObject({
  dialect: z.string().optional(),
  /** Show the account as available to its contacts, instead of appearing offline. */
  visible: z.boolean().optional(),
  /** The network's web services that are not at their usual place. */
  services: z
    .strictObject({
      nexus: z.url().optional(),
      rst: z.url().optional(),
      addressBook: z.url().optional(),
      sharing: z.url().optional(),
      offlineMessages: z.url().optional(),
    })
    .optional(),
  /** Go through this HTTP gateway instead of connecting to the server itself. */
  gateway: z.url().optional(),
  /** Signed in elsewhere: take the session back after so many minutes, at most a few times a day. */
  takeBackMinutes: z.int().min(1).max(1_440).optional(),
  /** Certificates (PEM) to trust besides those of the system. */
  ca: z.string().optional(),
});

export type AccountOptions = z.infer<typeof options>;

/** What signs in where; `address`: as typed. */
export const accountSettings = z.strictObject({
  network: z.string(),
  address: z.string(),
  host: z.string(),
  port: z.int().min(1).max(65_535),
  options,
});

export type AccountSettings = z.infer<typeof accountSettings>;

export interface StoredAccount extends AccountSettings {
  id: number;
  /** Lower-cased: what identifies the account within its network. */
  address: string;
  /** As typed: some servers compare it letter by letter. */
  displayAddress: string;
  state: AccountState;
  /** Why, in words; may be empty. */
  stateDetail: string;
  sealedPassword: Uint8Array | null;
  /** Why its options cannot be used, as those of a newer version; then there are none in `options`. */
  fault: string | undefined;
  wish: Wish;
  /** Goes up with every change of what it signs in with. */
  revision: number;
}

/** What the user wants of an account. */
export type Wish = "record" | "paused" | "removed";

/**
 * Adds an account, or gives one that exists new settings and a fresh start. Returns whether it was new. Throws
 * SettingsError when an account with a history would get another server, unless `hasMoved` says that it is the same
 * network there: two networks may know the same address, and their histories must not melt into one.
 */
export function putAccount(
  db: Handle,
  account: AccountSettings,
  sealedPassword: Uint8Array,
  nowMs: number,
  hasMoved = false,
): boolean {
  const { network, host, port } = account;
  const displayAddress = parseAddress(account.address);
  const address = displayAddress.toLowerCase();
  return db
    .transaction(() => {
      const known = db
        .prepare(`
          SELECT host, EXISTS (SELECT 1 FROM coverage WHERE account_id = account.id) AS hasHistory
          FROM account WHERE network = ? AND address = ?`)
        .get(network, address) as { host: string; hasHistory: number } | undefined;
      if (known?.hasHistory && known.host !== host && !hasMoved) {
        throw new SettingsError(
          `${address} has a history from ${known.host}: if that server is now called ${host}, say so with --moved; for another network, use another data folder (ROLLCALL_DATA)`,
        );
      }
      db.prepare(`
        INSERT INTO account (network, address, display_address, host, port, options, sealed_password, added_ms)
        VALUES (@network, @address, @displayAddress, @host, @port, @options, @sealedPassword, @nowMs)
        ON CONFLICT (network, address) DO UPDATE
        SET display_address = excluded.display_address, host = excluded.host, port = excluded.port,
            options = excluded.options, sealed_password = excluded.sealed_password,
            wish = 'record', revision = revision + 1, state = 'new', state_detail = '', state_until_ms = NULL`).run({
        network,
        address,
        displayAddress,
        host,
        port,
        options: JSON.stringify(options.parse(account.options)),
        sealedPassword: Buffer.from(sealedPassword),
        nowMs,
      });
      return known === undefined;
    })
    .immediate();
}

/** Every account with what is needed to sign in, oldest first. */
export function storedAccounts(db: Handle): StoredAccount[] {
  const rows = db
    .prepare(
      `SELECT id, network, address, display_address AS displayAddress, host, port, options, state,
              state_detail AS stateDetail, sealed_password AS sealedPassword, wish, revision
       FROM account ORDER BY id`,
    )
    .all() as (Omit<StoredAccount, "options" | "fault"> & { options: string })[];
  return rows.map((row) => ({ ...row, ...readOptions(row.options) }));
}

/** One account's must not keep the others from being read. */
function readOptions(text: string): Pick<StoredAccount, "options" | "fault"> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { options: {}, fault: "they are no JSON" };
  }
  const read = options.safeParse(json);
  if (read.success) return { options: read.data, fault: undefined };
  return { options: {}, fault: read.error.issues.map(({ path, message }) => [...path, message].join(": ")).join("; ") };
}

/** What changes whenever the collector has to do something about an account. */
export function accountsRevision(db: Handle): string {
  const sql = "SELECT coalesce(group_concat(id || ' ' || wish || ' ' || revision, ',' ORDER BY id), '') FROM account";
  return prepared(db, sql).pluck().get() as string;
}

/**
 * Pauses an account, or resumes it, also when it has stopped by itself. A collector that runs signs out, or in, within two seconds; the time between is
 * unknown. Returns false when it was so already; throws SettingsError when there is no such account.
 */
export function putWish(db: Handle, address: string, wish: Exclude<Wish, "removed">, nowMs: number): boolean {
  return db
    .transaction(() => {
      const account = requireAccount(db, address);
      if (account.wish === "removed") throw new SettingsError(`${address} has been removed; add it again`);
      // One that has stopped by itself is tried again.
      const isStopped = wish === "record" && account.state === "stopped";
      if (account.wish === wish && !isStopped) return false;
      changeWish(db, account.id, wish, nowMs);
      return true;
    })
    .immediate();
}

export type Removal = "gone" | "history-stays";

/**
 * Takes an account away: its password is deleted at once, and a collector that runs signs out. A history stays, to be
 * read and exported; adding the account again goes on with it. `isAlone`: no collector runs, so that one that never recorded
 * anything, such as a mistyped one, can go altogether at once; otherwise it does when the collector starts next. Throws
 * SettingsError when there is no such account.
 */
export function removeAccount(db: Handle, address: string, nowMs: number, isAlone: boolean): Removal {
  return db
    .transaction((): Removal => {
      const { id } = requireAccount(db, address);
      changeWish(db, id, "removed", nowMs);
      db.prepare("UPDATE account SET sealed_password = NULL WHERE id = ?").run(id);
      if (isAlone) dropRemoved(db);
      const isThere = db.prepare("SELECT EXISTS (SELECT 1 FROM coverage WHERE account_id = ?)").pluck().get(id);
      return isThere === 1 ? "history-stays" : "gone";
    })
    .immediate();
}

/** Deletes the accounts that were removed and have no history. To be called by whoever alone writes facts. */
export function dropRemoved(db: Handle): void {
  const gone = `(SELECT id FROM account WHERE wish = 'removed'
    AND NOT EXISTS (SELECT 1 FROM coverage WHERE account_id = account.id))`;
  // A sign-in that broke off before its barrier leaves people and their names, and no word about presence.
  for (const table of ["profile", "person_link", "contact_note", "contact_tag", "contact_retention", "pause"])
    db.exec(`DELETE FROM ${table} WHERE contact_id IN (SELECT id FROM contact WHERE account_id IN ${gone})`);
  db.exec(`DELETE FROM contact WHERE account_id IN ${gone}; DELETE FROM account WHERE id IN ${gone}`);
}

export function noSuchAccount(address: string): SettingsError {
  return new SettingsError(`there is no account ${address}; see: rollcall account list`);
}

function requireAccount(db: Handle, address: string): { id: number; wish: Wish; state: AccountState } {
  const found = db.prepare("SELECT id, wish, state FROM account WHERE address = ?").get(address.toLowerCase());
  if (!found) throw noSuchAccount(address);
  return found as { id: number; wish: Wish; state: AccountState };
}

function changeWish(db: Handle, id: number, wish: Wish, nowMs: number): void {
  const state = wish === "record" ? "new" : wish;
  db.prepare(
    `UPDATE account SET wish = ?, revision = revision + 1, state = ?, state_detail = '', state_since_ms = ?, state_until_ms = NULL
     WHERE id = ?`,
  ).run(wish, state, nowMs, id);
}

/** A network address, as typed but for the blanks around it. Throws SettingsError. */
export function parseAddress(text: string): string {
  const address = text.trim();
  if (!/^[^@\s<>]+@[^@\s<>]+$/.test(address) || Buffer.byteLength(address) > 129) {
    throw new SettingsError(`"${text}" is not an address; it should look like you@example.com`);
  }
  return address;
}

/** The address of a web service. Plain HTTP would send passwords in the clear. Throws SettingsError. */
export function parseServiceUrl(text: string, option: string): string {
  const url = URL.parse(text);
  const isLocal = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(url?.hostname ?? "");
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLocal)) return url.href;
  const hint = url?.protocol === "http:" ? "; plain http:// is only for this machine (127.0.0.1)" : "";
  throw new SettingsError(`"${text}" will not do for ${option}; it should look like https://example.com/path${hint}`);
}

/** `HOST`, `HOST:PORT` or `[IPv6]:PORT`. Throws SettingsError. */
export function parseServer(text: string, defaultPort: number): { host: string; port: number } {
  const match = /^(?:\[(?<v6>[0-9a-f:.]+)\]|(?<name>[^\s:/@]+))(?::(?<port>\d+))?$/i.exec(text.trim());
  const host = match?.groups?.v6 ?? match?.groups?.name;
  const port = Number(match?.groups?.port ?? defaultPort);
  if (!host || port < 1 || port > 65535) {
    const hint = /^\w+:\/\//.test(text) ? `; leave out "${text.split("//")[0]}//"` : "";
    throw new SettingsError(
      `"${text}" is not a server; it should look like msn.example.com or msn.example.com:1863${hint}`,
    );
  }
  return { host, port };
}
