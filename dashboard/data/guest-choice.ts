/** Whom a guest may see, as the settings' form says it. */
import type { SharedContact } from "../../db/access/guests.ts";
import { listAccounts } from "../../db/history/accounts.ts";
import { listContacts } from "../../db/history/contacts.ts";
import type { Handle } from "../../db/open.ts";

export interface ContactChoice {
  id: number;
  name: string;
  address: string;
}

/** More are chosen by their addresses: nobody looks through a longer list. */
export const MOST_LISTED = 300;

/** Those to tick, by name, and how many there are in all. */
export async function contactChoices(db: Handle): Promise<{ listed: ContactChoice[]; total: number }> {
  const all = await listContacts(db);
  return {
    listed: all.slice(0, MOST_LISTED).map(({ id, name, address }) => ({ id, name, address })),
    total: all.length,
  };
}

/**
 * `ids` as ticked, `addresses` as typed: an address means that contact on every account. "unknown" when one of either is
 * nobody's, so that no guest is invited to less than was meant.
 */
export async function chosenContacts(
  db: Handle,
  ids: readonly FormDataEntryValue[],
  addresses: string,
): Promise<SharedContact[] | "unknown"> {
  const accounts = new Map((await listAccounts(db, Date.now())).map(({ id, address }) => [id, address.toLowerCase()]));
  const typed = addresses
    .toLowerCase()
    .split(/[\s,;]+/)
    .filter((word) => word !== "");
  const all = await listContacts(db);
  const isMissing =
    ids.some((one) => !all.some(({ id }) => String(id) === one)) ||
    typed.some((one) => !all.some(({ address }) => address === one));
  if (isMissing) return "unknown";
  return all
    .filter(({ id, address }) => ids.includes(String(id)) || typed.includes(address))
    .map(({ accountId, address }) => ({ account: accounts.get(accountId) ?? "", address }));
}
