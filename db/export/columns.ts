/** The columns of every shape. Their names are promised to users' scripts (README, "Columns of the exports"). */
import { STATUSES, type Status } from "../status.ts";
import type { Shape } from "./query.ts";

/** In the order of their columns. */
export const SUMMED: readonly Status[] = [...STATUSES.filter((status) => status !== "offline"), "offline"];

/** Seconds of a bucket: how long it is, how much of that was observed, and how that divides up. */
const SUMS = [
  "seconds",
  "observed_seconds",
  "unknown_seconds",
  "around_seconds",
  ...SUMMED.map((status) => `${status.replaceAll("-", "_")}_seconds`),
];

export const COLUMNS: Readonly<Record<Shape, readonly string[]>> = {
  events: "at_utc,at_local,utc_offset,tz,account,address,name,status,raw,origin".split(","),
  spans:
    "from_utc,to_utc,from_local,to_local,tz,account,address,name,status,raw,seconds,start_censored,end_censored".split(
      ",",
    ),
  daily: [..."date,from_utc,to_utc,tz,account,address,name".split(","), ...SUMS],
  hourly: [..."date,hour,utc_offset,from_utc,to_utc,tz,account,address,name".split(","), ...SUMS],
  coverage: "from_utc,to_utc,account,source,end_reason".split(","),
};
