/** What the API's answers are made of. Instants are UTC epoch milliseconds, durations are milliseconds. */
import { z } from "zod";
import type { Totals } from "../../db/answers/totals.ts";
import { READINGS, STATUSES } from "../../db/status.ts";

export const ms = z.number().meta({ description: "UTC epoch milliseconds, or a length in milliseconds" });
const instant = z.int().meta({ description: "UTC epoch milliseconds" });

export const reading = z.enum(READINGS as [(typeof READINGS)[number], ...(typeof READINGS)[number][]]).meta({
  description: '"offline" is "offline or hidden": the network shows both alike. "unknown": nobody was looking.',
});
const status = z.enum(STATUSES as [(typeof STATUSES)[number], ...(typeof STATUSES)[number][]]);

export const accountShape = z.strictObject({
  id: z.int(),
  network: z.string(),
  address: z.string(),
  host: z.string(),
  port: z.int(),
  state: z.string(),
  state_detail: z.string(),
  state_since_ms: instant.nullable(),
  state_until_ms: instant.nullable(),
  observed_since_ms: instant.nullable().meta({ description: "null: it is not being observed" }),
  confirmed_ms: instant.nullable().meta({ description: "the last proof that the network was there" }),
});

export const contactShape = z.strictObject({
  id: z.int(),
  account_id: z.int(),
  address: z.string(),
  name: z.string(),
  alias: z.string().meta({ description: "what you call them; empty when nothing" }),
  groups: z.array(z.string()),
  first_seen_ms: instant,
  removed_ms: instant.nullable().meta({ description: "when they left the list; null while on it" }),
});

export const stateShape = z.strictObject({
  contact_id: z.int(),
  status: reading,
  raw: z.string().nullable().meta({ description: "the network's own word" }),
  since_ms: instant.nullable(),
  start_censored: z.boolean().meta({ description: "it began earlier, while nobody was looking" }),
  confirmed_ms: instant.nullable(),
});

const range = { from_ms: instant, to_ms: instant };
const censored = { start_censored: z.boolean(), end_censored: z.boolean() };

export const stretchShape = z.strictObject({ ...range, status: reading, ...censored });
export const sessionShape = z.strictObject({ ...range, around_ms: ms, flaps: z.int(), ...censored });
export const massChangeShape = z.strictObject({
  ...range,
  way: z.enum(["gone", "came"]).meta({ description: "gone: went offline; came: came online" }),
  contacts: z.int(),
  of_contacts: z.int().meta({ description: "who were online before (gone), or are then (came)" }),
});
export const gapShape = z.strictObject({ ...range, why: z.string().nullable(), collector_ms: ms });

const totals = {
  observed_ms: ms.meta({ description: "the denominator: time in which the status was known" }),
  around_ms: ms.meta({ description: "the part of it that was not offline" }),
  by_status_ms: z.partialRecord(status, ms),
};

export const dayShape = z.strictObject({ date: z.string(), ...range, spanned_ms: ms, ...totals });
export const hourShape = z.strictObject({
  hour_of_week: z.int().min(0).max(167).meta({ description: "0 is Monday 00:00, in the zone" }),
  weeks_observed: z.int(),
  weeks_around: z.int(),
  ...totals,
});

export const eventShape = z.strictObject({
  seq: z.int(),
  contact_id: z.int(),
  at_ms: instant,
  status,
  raw: z.string(),
  origin: z.enum(["baseline", "change"]),
});

export function totalsOf({ observedMs, aroundMs, byStatus }: Totals): z.input<z.ZodObject<typeof totals>> {
  return { observed_ms: observedMs, around_ms: aroundMs, by_status_ms: byStatus };
}
