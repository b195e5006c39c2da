import { connection } from "next/server";
import { listAccounts } from "../../db/history/accounts.ts";
import { openHistory } from "../data/history.ts";

export default async function Now() {
  await connection();
  const history = openHistory();
  return (
    <main>
      {history.kind === "ready" ? JSON.stringify(await listAccounts(history.db, Date.now())) : "Nothing recorded yet"}
    </main>
  );
}
