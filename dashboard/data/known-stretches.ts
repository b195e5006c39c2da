import { Stretches } from "../../db/answers/stretches.ts";
import { horizonOf } from "../../db/history/coverage.ts";
import { stretchesOf } from "../../db/history/stretches.ts";
import type { Handle } from "../../db/open.ts";

/**
 * What each of these contacts was in [fromMs, toMs), by contact, as far as it is known: accounts are heard from one after
 * the other, so where one is known, another may not be yet. Empty for whom nothing of it is.
 */
export async function knownStretches(
  db: Handle,
  contacts: readonly { id: number; accountId: number }[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
  nowMs: number,
): Promise<Map<number, Stretches>> {
  const stretches = new Map<number, Stretches>();
  const horizons = new Map<number, number>();
  for (const { id, accountId } of contacts) {
    const knownMs = horizons.get(accountId) ?? Math.min(toMs, await horizonOf(db, accountId, nowMs));
    horizons.set(accountId, knownMs);
    stretches.set(id, knownMs > fromMs ? await stretchesOf(db, id, fromMs, knownMs) : new Stretches());
  }
  return stretches;
}
