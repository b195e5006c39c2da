import { z } from "zod";
import { parseInstant, parseZone } from "../../db/export/query.ts";
import { SettingsError } from "../../db/settings/settings-error.ts";
import { type BadParameter, BadParameters } from "./problem.ts";

const DAY_MS = 86_400_000;
const USUAL_DAYS = 28;

export const rangeQuery = {
  from: z
    .string()
    .optional()
    .meta({ description: "2026-11-22 or 2026-11-22T14:00:00Z; 28 days before the end, unless given" }),
  to: z.string().optional().meta({ description: "exclusive; now, unless given" }),
  tz: z.string().optional().meta({ description: "an IANA zone such as Europe/Berlin; UTC, unless given" }),
};

/** The range and the zone that the words of a query mean. Throws BadParameters, which names all that will not do. */
export function askedRange(
  words: { from?: string | undefined; to?: string | undefined; tz?: string | undefined },
  nowMs: number,
): { fromMs: number; toMs: number; zone: string } {
  const { bad, read } = reader();
  const zone = read("tz", "UTC", () => parseZone(words.tz ?? "UTC"));
  const toMs = Math.min(
    nowMs,
    read("to", nowMs, () => parseInstant(words.to, zone, "to") ?? nowMs),
  );
  const usualMs = toMs - USUAL_DAYS * DAY_MS;
  const fromMs = read("from", usualMs, () => parseInstant(words.from, zone, "from") ?? usualMs);
  if (bad.length === 0 && fromMs >= toMs)
    bad.push({ name: "from", detail: "it must lie before the end, and before now" });
  if (bad.length > 0) throw new BadParameters(bad);
  return { fromMs, toMs, zone };
}

/** The instant that the words of a query mean: now unless they say another, and never later. Throws BadParameters. */
export function askedInstant(words: { at?: string | undefined; tz?: string | undefined }, nowMs: number): number {
  const { bad, read } = reader();
  const zone = read("tz", "UTC", () => parseZone(words.tz ?? "UTC"));
  const atMs = read("at", nowMs, () => parseInstant(words.at, zone, "at") ?? nowMs);
  if (bad.length > 0) throw new BadParameters(bad);
  return Math.min(atMs, nowMs);
}

/** Reads one word after the other, and keeps what is wrong with any. */
function reader() {
  const bad: BadParameter[] = [];
  const read = <T>(name: string, usual: T, parse: () => T): T => {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      bad.push({ name, detail: error.message });
      return usual;
    }
  };
  return { bad, read };
}
