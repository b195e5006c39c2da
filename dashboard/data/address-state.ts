/** What a page's address says: the zone, the range, and what is looked behind. */

export interface AddressState {
  /** As it was typed; whether there is such a zone is for `chooseZone` to say. */
  tz: string | null;
  /** As it was typed, too; see `chooseRange`. */
  range: string | null;
  /** The day, or the hour of the week, behind which a contact's page looks; as typed, see `chooseBehind`. */
  day: string | null;
  hour: string | null;
  /** Behind which event the page of events begins: `INSTANT.NUMBER`. */
  after: string | null;
  /** `before`: the range is to be compared with the one before it. */
  compare: string | null;
}

/** The words after the question mark, as Next hands them to a page. */
export type AddressWords = Record<string, string | string[] | undefined>;

export function readAddressState(words: AddressWords): AddressState {
  return {
    tz: firstOf(words, "tz"),
    range: datesOf(words) ?? firstOf(words, "range"),
    day: firstOf(words, "day"),
    hour: firstOf(words, "hour"),
    after: firstOf(words, "after"),
    compare: firstOf(words, "compare"),
  };
}

/** What the address says under a name; of a word given twice the first counts. */
export function firstOf(words: AddressWords, name: string): string | null {
  return [words[name] ?? []].flat()[0] ?? null;
}

/** The two fields of a form that asks for dates, as one range: whoever fills them in means them. */
function datesOf(words: AddressWords): string | null {
  const first = firstOf(words, "from");
  const last = firstOf(words, "last");
  return first && last ? `${first}..${last}` : null;
}

/** The part of an address after its path, `?tz=…&range=…` or nothing. */
export function writeAddressState(state: Pick<AddressState, "tz"> & Partial<AddressState>): string {
  const { tz, range, compare, day, hour, after } = state;
  const said = Object.entries({ tz, range, compare, day, hour, after }).flatMap(([name, value]) =>
    value ? [[name, value]] : [],
  );
  const words = new URLSearchParams(said as [string, string][]);
  // A slash may stand there as it is, and `Europe/Berlin` reads better with it.
  return words.size === 0 ? "" : `?${words}`.replaceAll("%2F", "/");
}
