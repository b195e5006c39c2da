/** What a page's address says: the zone, the range, and the range of a contact's heatmap. */

export const HEAT_RANGES = ["14d", "8w", "all"] as const;
export type HeatRange = (typeof HEAT_RANGES)[number];

/** An address is short without the range that most people look at. */
const USUAL_RANGE: HeatRange = "8w";

export interface AddressState {
  /** As it was typed; whether there is such a zone is for `chooseZone` to say. */
  tz: string | null;
  /** As it was typed, too; see `chooseRange`. */
  range: string | null;
  heat: HeatRange;
}

/** The words after the question mark, as Next hands them to a page. */
export type AddressWords = Record<string, string | string[] | undefined>;

/** Of a word given twice the first counts; a range that does not exist is the usual one. */
export function readAddressState(words: AddressWords): AddressState {
  const [tz = null] = [words.tz ?? []].flat();
  const [range = datesOf(words)] = [words.range ?? []].flat();
  const [asked] = [words.heat ?? []].flat();
  return { tz, range, heat: HEAT_RANGES.find((range) => range === asked) ?? USUAL_RANGE };
}

/** The two fields of the form that asks for dates, as one range. */
function datesOf(words: AddressWords): string | null {
  const [first] = [words.from ?? []].flat();
  const [last] = [words.last ?? []].flat();
  return first && last ? `${first}..${last}` : null;
}

/** The part of an address after its path, `?tz=…&range=…` or nothing. */
export function writeAddressState({
  tz,
  range,
  heat = USUAL_RANGE,
}: Pick<AddressState, "tz"> & Partial<AddressState>): string {
  const words = new URLSearchParams({
    ...(tz ? { tz } : {}),
    ...(range ? { range } : {}),
    ...(heat === USUAL_RANGE ? {} : { heat }),
  });
  // A slash may stand there as it is, and `Europe/Berlin` reads better with it.
  return words.size === 0 ? "" : `?${words}`.replaceAll("%2F", "/");
}
