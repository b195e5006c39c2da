/**
 * The words for presence, and their codes in the database. A code is never reused: new words get new numbers.
 * `offline` means "offline or hidden": no network tells which. Time without coverage has no code at all, because
 * it is never stored; readers return it as `unknown`.
 */
export const STATUS_CODES = {
  offline: 0,
  available: 1,
  idle: 2,
  away: 3,
  "be-right-back": 4,
  "on-the-phone": 5,
  "out-to-lunch": 6,
  busy: 7,
  /** The network said a word we do not know; the raw word is kept beside it. */
  other: 8,
} as const;

/** What a network can say about a contact. */
export type Status = keyof typeof STATUS_CODES;

/** What a reader can say about a contact at an instant: a status, or that nobody was looking. */
export type Reading = Status | "unknown";

export const STATUSES = Object.keys(STATUS_CODES) as Status[];
export const READINGS: Reading[] = [...STATUSES, "unknown"];

const BY_CODE = new Map<number, Status>(STATUSES.map((status) => [STATUS_CODES[status], status]));

/** The word for a stored code; throws RangeError on a code that no version of Rollcall has written. */
export function statusFromCode(code: number): Status {
  const status = BY_CODE.get(code);
  if (!status) throw new RangeError(`the database holds status code ${code}, which this version does not know`);
  return status;
}

/** Signed in and showing it: every status but offline. Time unknown is neither around nor not around. */
export function isAround(reading: Reading): boolean {
  return reading !== "offline" && reading !== "unknown";
}
