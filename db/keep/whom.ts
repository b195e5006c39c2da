/** The contacts that a wish is about. */
import { z } from "zod";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { RequestRefused } from "./handler.ts";

export interface FoundContact {
  id: number;
  accountId: number;
  account: string;
  address: string;
  name: string;
}

/** Every contact with this address, on this account or on any, oldest account first. Addresses in any case. */
export function contactsNamed(db: Handle, address: string, account?: string): FoundContact[] {
  return prepared(
    db,
    `SELECT c.id, c.account_id AS accountId, a.address AS account, c.address, c.name
     FROM contact c JOIN account a ON a.id = c.account_id
     WHERE c.address = @address AND (@account IS NULL OR a.address = @account) ORDER BY a.id`,
  ).all({
    address: address.trim().toLowerCase(),
    account: account?.trim().toLowerCase() ?? null,
  }) as FoundContact[];
}

/** Requests name contacts by their numbers, so that a request that waits names nobody. */
export const contactParams = z.strictObject({ contactId: z.int() });

/** Throws RequestRefused when there is no such contact (any more). */
export function requireContact(db: Handle, contactId: number): void {
  const isThere = prepared(db, "SELECT EXISTS (SELECT 1 FROM contact WHERE id = ?)").pluck().get(contactId) === 1;
  if (!isThere) throw new RequestRefused(`there is no contact with the number ${contactId} in this history`);
}
