/** What each shape of an export is, for whoever chooses one. */
import type { Format, Shape } from "../../db/export/query.ts";

export const SHAPE_WORDS: Record<Shape, string> = {
  events: "every change, as the network reported it",
  spans: "from when to when each status held; unknown time is a row of its own",
  daily: "day by day, how long in which status",
  hourly: "the same for every hour of every day",
  coverage: "when Rollcall was looking, and why it stopped",
};

export const FORMAT_WORDS: Record<Format, string> = {
  csv: "CSV, for spreadsheets",
  jsonl: "JSON lines, for programs",
};

export const SHAPE_NAMES = Object.keys(SHAPE_WORDS) as Shape[];
export const FORMAT_NAMES = Object.keys(FORMAT_WORDS) as Format[];
