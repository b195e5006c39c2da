/** The guest's contacts in the history that is shown now. */
import type { SharedContact } from "../../db/access/guests.ts";
import { contactAt } from "../../db/history/contacts.ts";
import { readerOrNothing } from "../../db/open.ts";
import { chooseDatabase } from "../../db/settings/data-folder.ts";
import type { SeenContact } from "./guest.ts";

/** Those that it knows; none where there is no history yet. Throws DatabaseRefused. */
export function guestContacts(folder: string, shared: readonly SharedContact[]): SeenContact[] {
  const db = readerOrNothing(chooseDatabase(folder).path);
  if (!db) return [];
  try {
    return shared.flatMap((one) => {
      const found = contactAt(db, one.account, one.address);
      return found ? [{ ...one, ...found }] : [];
    });
  } finally {
    db.close();
  }
}
