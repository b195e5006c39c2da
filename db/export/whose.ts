/** The contacts that an export is about. */
import type { Handle } from "../open.ts";
import type { Names, Text } from "./names.ts";
import type { ExportQuery } from "./query.ts";

export interface Whose {
  id: number;
  accountId: number;
  /** The cells that say who it is. */
  account: Text;
  address: Text;
  name: Text;
}

/** Account by account, in the order in which they were first seen. */
export function whoseOf(db: Handle, query: ExportQuery, names: Names): Whose[] {
  const rows = db
    .prepare(`
      SELECT c.id, c.account_id AS accountId, a.address AS account, c.address, c.name
      FROM contact c JOIN account a ON a.id = c.account_id
      WHERE (@contacts IS NULL OR c.address IN (SELECT value FROM json_each(@contacts))) AND (@account IS NULL OR a.address = @account)
      ORDER BY a.id, c.id`)
    .all({ contacts: query.contacts ? JSON.stringify(query.contacts) : null, account: query.account ?? null }) as {
    id: number;
    accountId: number;
    account: string;
    address: string;
    name: string;
  }[];
  return rows.map(({ id, accountId, account: owner, address, name }) => ({
    id,
    accountId,
    account: names.account(owner),
    address: names.contact(address),
    name: names.called(address, name),
  }));
}
