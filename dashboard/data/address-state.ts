/** What a page's address says: the zone and the range. Bad values fall back to the default. */
import { createLoader, createSerializer, parseAsString, parseAsStringLiteral } from "nuqs/server";

export const HEAT_RANGES = ["14d", "8w", "all"] as const;
export type HeatRange = (typeof HEAT_RANGES)[number];

const WORDS = {
  tz: parseAsString,
  heat: parseAsStringLiteral(HEAT_RANGES).withDefault("8w"),
};

export const loadAddressState = createLoader(WORDS);

/** The part of an address after its path, `?tz=…&heat=…` or nothing. */
export const writeAddressState = createSerializer(WORDS);
