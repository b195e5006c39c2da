import { coverageOf, firstCoveredMs } from "../history/coverage.ts";
import type { Handle } from "../open.ts";
import type { Page, RowOptions } from "./cells.ts";
import { IsoInstants } from "./iso.ts";
import type { ExportQuery } from "./query.ts";

/** When each account was observed, and why each coverage ended; empty for one that goes on. */
export async function* coverageRows(
  db: Handle,
  query: ExportQuery,
  { names, onProgress }: RowOptions,
): AsyncGenerator<Page> {
  const { nowMs, account = null } = query;
  const contacts = query.contacts ? JSON.stringify(query.contacts) : null;
  const accounts = db
    .prepare(`
      SELECT id, address FROM account a
      WHERE (@account IS NULL OR address = @account)
        AND (@contacts IS NULL OR EXISTS (
          SELECT 1 FROM contact c WHERE c.account_id = a.id AND c.address IN (SELECT value FROM json_each(@contacts))))
      ORDER BY id`)
    .all({ account, contacts }) as { id: number; address: string }[];
  const utc = new IsoInstants();
  for (const [i, { id, address }] of accounts.entries()) {
    onProgress(i, accounts.length);
    const fromMs = query.fromMs ?? (await firstCoveredMs(db, id));
    if (fromMs === undefined) continue;
    const coverages = await coverageOf(db, id, fromMs, query.toMs ?? nowMs);
    yield coverages.map((coverage) => [
      `${utc.at(Math.max(coverage.fromMs, fromMs))}Z`,
      `${utc.at(Math.min(coverage.toMs, query.toMs ?? coverage.toMs))}Z`,
      names.account(address),
      names.source(coverage.source),
      // A row that the range cuts short did not end there for that reason.
      query.toMs !== undefined && query.toMs < coverage.toMs ? null : coverage.endReason,
    ]);
  }
}
