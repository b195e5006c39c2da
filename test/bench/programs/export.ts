/** An export of events to a file in a process of its own: `node export.ts ASKED`, in JSON. */
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { exportRows } from "../../../db/export/export.ts";
import { parseExportQuery } from "../../../db/export/query.ts";
import { openForReading } from "../../../db/open.ts";

export interface ExportAsked {
  path: string;
  from: string;
  out: string;
}

export interface Exported {
  rows: number;
  tookMs: number;
  /** The highest that the system has ever seen of this process. */
  mostBytes: number;
}

const { path, from, out } = JSON.parse(process.argv[2] ?? "{}") as ExportAsked;
const db = openForReading(path);
const query = parseExportQuery({ shape: "events", from, tz: "UTC" }, Date.now());
let rows = 0;
const beganMs = performance.now();
const text = exportRows(db, query, "csv", {
  onRows: (count) => {
    rows += count;
  },
});
await pipeline(Readable.from(text), createWriteStream(out));
const tookMs = performance.now() - beganMs;
db.close();
process.send?.({ rows, tookMs, mostBytes: process.resourceUsage().maxRSS * 1024 } satisfies Exported);
