/** One row of events from elsewhere: what it must hold, and what is wrong with it. The columns are those of our own export. */
import { STATUS_CODES, STATUSES, type Status } from "../status.ts";
import type { Stated } from "./stated-coverage.ts";

export interface ForeignEvent {
  atMs: number;
  /** As written; lower-cased it identifies the contact. */
  address: string;
  /** Empty when it was not said. */
  name: string;
  status: Status;
  raw: string;
  origin: 0 | 1;
}

/** Without these nothing can be told; `name`, `raw` and `origin` may be missing, others are passed over. */
export const REQUIRED = ["at_utc", "address", "status"] as const;

export type Cells = Readonly<Record<string, unknown>>;

/** The event in a row, or in words what is wrong with it and what would be right. */
export function readEvent(cells: Cells, account: string, coverage: readonly Stated[]): ForeignEvent | string {
  const atMs = instantOf(cells.at_utc);
  if (typeof atMs === "string") return atMs;
  const address = typeof cells.address === "string" ? cells.address.trim() : "";
  if (!/^[^@\s<>]+@[^@\s<>]+$/.test(address)) {
    return `address is ${shown(cells.address)}, which should look like ada@example.com`;
  }
  const { status } = cells;
  if (typeof status !== "string" || !Object.hasOwn(STATUS_CODES, status)) {
    const hint = status === "unknown" ? " (unknown time is time outside the coverage, not an event)" : "";
    return `status is ${shown(status)}, which is none of ${STATUSES.join(", ")}${hint}`;
  }
  const origin = cells.origin || "change";
  if (origin !== "change" && origin !== "baseline") return `origin is ${shown(origin)}, neither change nor baseline`;
  if (cells.account && String(cells.account).toLowerCase() !== account) {
    return `account is ${shown(cells.account)}, but this import is for ${account}`;
  }
  if (!coverage.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)) {
    return `at_utc ${shown(cells.at_utc)} is outside the stated coverage: state when events were being recorded with --coverage`;
  }
  return {
    atMs,
    address,
    name: typeof cells.name === "string" ? cells.name : "",
    status: status as Status,
    raw: typeof cells.raw === "string" ? cells.raw : "",
    origin: origin === "change" ? 1 : 0,
  };
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

function instantOf(value: unknown): number | string {
  const atMs = typeof value === "string" && INSTANT.test(value) ? Date.parse(value) : Number.NaN;
  // `Date.parse` takes February 30 for March 2.
  const isReal = !Number.isNaN(atMs) && isCalendarDate((value as string).slice(0, 10));
  return isReal ? atMs : `at_utc is ${shown(value)}, which should look like 2026-11-22T14:03:34.408Z`;
}

function isCalendarDate(date: string): boolean {
  return new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
}

function shown(value: unknown): string {
  return value === undefined || value === "" || value === null ? "missing" : JSON.stringify(value).slice(0, 60);
}
