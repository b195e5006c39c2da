import { openForWriting } from "../../../db/open.ts";

/** Whoever has an account in a made-up history is not signed in: there is nowhere they could be. */
export function withoutPasswords(databasePath: string): void {
  const db = openForWriting(databasePath);
  db.exec("UPDATE account SET sealed_password = NULL");
  db.close();
}
