/** The accounts that a person has configured. */
import { z } from "zod";
import type { Handle } from "../open.ts";
import type { AccountState } from "../record/facts.ts";
import { SettingsError } from "./data-folder.ts";

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
  /** Certificates (PEM) to trust besides those of the system. */
  ca: z.string().optional(),
});

export type AccountOptions = z.infer<typeof options>;

export interface AccountSettings {
  network: string;
  /** As typed. */
  address: string;
  host: string;
  port: number;
  options: AccountOptions;
}

export interface StoredAccount extends AccountSettings {
  id: number;
  /** Lower-cased: what identifies the account within its network. */
  address: string;
  /** As typed: some servers compare it letter by letter. */
  displayAddress: string;
  state: AccountState;
  sealedPassword: Uint8Array | null;
}

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
            state = iif(state = 'stopped', 'new', state), state_detail = iif(state = 'stopped', '', state_detail)`).run(
        {
          network,
          address,
          displayAddress,
          host,
          port,
          options: JSON.stringify(options.parse(account.options)),
          sealedPassword: Buffer.from(sealedPassword),
          nowMs,
        },
      );
      return known === undefined;
    })
    .immediate();
}

/** Every account with what is needed to sign in, oldest first. */
export function storedAccounts(db: Handle): StoredAccount[] {
  const rows = db
    .prepare(
      `SELECT id, network, address, display_address AS displayAddress, host, port, options, state,
              sealed_password AS sealedPassword
       FROM account ORDER BY id`,
    )
    .all() as (Omit<StoredAccount, "options"> & { options: string })[];
  return rows.map((row) => ({ ...row, options: options.parse(JSON.parse(row.options)) }));
}

/**
 * Takes away an account that never recorded anything, such as a mistyped one. Returns false when there is no such
 * account; throws SettingsError when it has a history.
 */
export function removeAccount(db: Handle, address: string): boolean {
  return db
    .transaction(() => {
      const accountId = db.prepare("SELECT id FROM account WHERE address = ?").pluck().get(address.toLowerCase());
      if (accountId === undefined) return false;
      if (db.prepare("SELECT EXISTS (SELECT 1 FROM coverage WHERE account_id = ?)").pluck().get(accountId) === 1) {
        throw new SettingsError(`${address} has a history, and this version does not throw histories away`);
      }
      // A sign-in that broke off before its barrier leaves people and their names, and no word about presence.
      db.prepare("DELETE FROM profile WHERE contact_id IN (SELECT id FROM contact WHERE account_id = ?)").run(
        accountId,
      );
      db.prepare("DELETE FROM contact WHERE account_id = ?").run(accountId);
      db.prepare("DELETE FROM account WHERE id = ?").run(accountId);
      return true;
    })
    .immediate();
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
