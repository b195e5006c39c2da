/** The accounts that a person has configured. */
import { z } from "zod";
import type { Handle } from "../open.ts";
import { SettingsError } from "./data-folder.ts";

/** What the network's own code needs to sign in beyond address, password and server. */
const options = z.strictObject({
  dialect: z.string().optional(),
  /** Show the account as available to its contacts, instead of appearing offline. */
  visible: z.boolean().optional(),
});

export type AccountOptions = z.infer<typeof options>;

export interface AccountSettings {
  network: string;
  /** Lower-cased by `addAccount`. */
  address: string;
  host: string;
  port: number;
  options: AccountOptions;
}

export interface StoredAccount extends AccountSettings {
  id: number;
  sealedPassword: Uint8Array | null;
}

/** Adds an account, or gives one that exists new settings. Returns whether it was new. */
export function putAccount(db: Handle, account: AccountSettings, sealedPassword: Uint8Array, nowMs: number): boolean {
  const { network, host, port } = account;
  const address = parseAddress(account.address);
  return db
    .transaction(() => {
      const known = db
        .prepare("SELECT id FROM account WHERE network = ? AND address = ?")
        .pluck()
        .get(network, address);
      db.prepare(`
        INSERT INTO account (network, address, host, port, options, sealed_password, added_ms)
        VALUES (@network, @address, @host, @port, @options, @sealedPassword, @nowMs)
        ON CONFLICT (network, address) DO UPDATE
        SET host = excluded.host, port = excluded.port, options = excluded.options, sealed_password = excluded.sealed_password`).run(
        {
          network,
          address,
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
      "SELECT id, network, address, host, port, options, sealed_password AS sealedPassword FROM account ORDER BY id",
    )
    .all() as (Omit<StoredAccount, "options"> & { options: string })[];
  return rows.map((row) => ({ ...row, options: options.parse(JSON.parse(row.options)) }));
}

/** A network address in the form that identifies it. Throws SettingsError. */
export function parseAddress(text: string): string {
  const address = text.trim().toLowerCase();
  if (!/^[^@\s<>]+@[^@\s<>]+$/.test(address) || Buffer.byteLength(address) > 129) {
    throw new SettingsError(`"${text}" is not an address; it should look like you@example.com`);
  }
  return address;
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
