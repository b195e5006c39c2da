/** What a page's address says: the zone, and the range of the heatmap. */

export const HEAT_RANGES = ["14d", "8w", "all"] as const;
export type HeatRange = (typeof HEAT_RANGES)[number];

/** An address is short without the range that most people look at. */
const USUAL_RANGE: HeatRange = "8w";

export interface AddressState {
  /** As it was typed; whether there is such a zone is for `chooseZone` to say. */
  tz: string | null;
  heat: HeatRange;
}

/** The words after the question mark, as Next hands them to a page. */
export type AddressWords = Record<string, string | string[] | undefined>;

/** Of a word given twice the first counts; a range that does not exist is the usual one. */
export function readAddressState(words: AddressWords): AddressState {
  const [tz = null] = [words.tz ?? []].flat();
  const [asked] = [words.heat ?? []].flat();
  return { tz, heat: HEAT_RANGES.find((range) => range === asked) ?? USUAL_RANGE };
}

/** The part of an address after its path, `?tz=…&heat=…` or nothing. */
export function writeAddressState({
  tz,
  heat = USUAL_RANGE,
}: Pick<AddressState, "tz"> & Partial<AddressState>): string {
  const words = new URLSearchParams({ ...(tz ? { tz } : {}), ...(heat === USUAL_RANGE ? {} : { heat }) });
  // A slash may stand there as it is, and `Europe/Berlin` reads better with it.
  return words.size === 0 ? "" : `?${words}`.replaceAll("%2F", "/");
}
