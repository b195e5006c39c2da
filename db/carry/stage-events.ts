/**
 * Events from elsewhere, made into a bundle: a source that the user names, one run, and coverage as the user states it.
 * Nobody tells what a contact was before its first event in a coverage, so it is watched from there on: silence before
 * is unknown and not offline.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { bundleText } from "./bundle.ts";
import { readEvent } from "./event-row.ts";
import { csvRows, jsonRows, type TableRow } from "./event-table.ts";
import { Scratch } from "./scratch.ts";
import { BundleRefused, type SectionLines } from "./sections.ts";
import { layDown, unreadable } from "./stage.ts";
import type { Stated } from "./stated-coverage.ts";

/** So many bad rows are told one by one. */
const TOLD = 20;

export interface ForeignEvents {
  path: string;
  format: "csv" | "jsonl";
  account: { network: string; address: string; displayAddress: string; host: string; port: number };
  coverage: readonly Stated[];
  /** What the user calls where they come from. The same name is the same source, also in a later import. */
  source: string;
  /** Leave bad rows out, instead of refusing the file. */
  skipsBad: boolean;
  onProgress?(done: number, total: number): void;
}

export interface StagedEvents {
  file: string;
  events: number;
  /** Those that were left out, in words. */
  bad: BadRows;
}

export interface BadRows {
  count: number;
  /** The first ones: `line 7: status is "bizzy", which is none of …`. */
  told: string[];
}

/** Throws BundleRefused when the file cannot be used or has bad rows that are not to be skipped; nothing is left then. */
export async function stageEvents(events: ForeignEvents, folder: string): Promise<StagedEvents> {
  const scratch = new Scratch();
  try {
    const bad = await readAll(events, scratch);
    if (bad.count > 0 && !events.skipsBad) throw refusal(events, bad);
    if (scratch.count === 0) throw new BundleRefused("wrong", `${events.path} holds no event that can be used`);
    scratch.finish();
    const file = await layDown(folder, bundleText(sectionsOf(events, scratch)));
    return { file, events: scratch.count, bad };
  } finally {
    scratch.close();
  }
}

async function readAll(events: ForeignEvents, scratch: Scratch): Promise<BadRows> {
  const { path, account, coverage, onProgress } = events;
  const bad: BadRows = { count: 0, told: [] };
  try {
    const { size } = await stat(path);
    const file = createReadStream(path);
    for await (const { line, cells } of rowsOf(events, file)) {
      const event = typeof cells === "string" ? cells : readEvent(cells, account.address, coverage);
      if (typeof event !== "string") scratch.add(event);
      else if (++bad.count <= TOLD) bad.told.push(`line ${line}: ${event}`);
      onProgress?.(file.bytesRead, size);
    }
    return bad;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_ENCODING_INVALID_ENCODED_DATA") {
      throw new BundleRefused("wrong", `${path} is not UTF-8: save it as UTF-8 first`, error);
    }
    throw error instanceof BundleRefused || !("syscall" in (error as Error)) ? error : unreadable(path, error);
  }
}

function rowsOf({ format, path }: ForeignEvents, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TableRow> {
  return format === "csv" ? csvRows(chunks, basename(path)) : jsonRows(chunks);
}

function refusal({ path }: ForeignEvents, { count, told }: BadRows): BundleRefused {
  const more = count > told.length ? `; and ${count - told.length} more` : "";
  return new BundleRefused(
    "wrong",
    `${path} has ${count} bad ${count === 1 ? "row" : "rows"}, so nothing was imported (--skip-bad leaves them out): ${told.join("; ")}${more}`,
  );
}

function sectionsOf({ account, coverage, source }: ForeignEvents, scratch: Scratch): SectionLines {
  const lines = (rows: Iterable<readonly unknown[]>) =>
    function* () {
      for (const row of rows) yield JSON.stringify(row);
    };
  const none = lines([]);
  const [fromMs, toMs] = [Math.min(...coverage.map((one) => one.fromMs)), Math.max(...coverage.map((one) => one.toMs))];
  return {
    source: lines([[uuidOf(source), source]]),
    account: lines([
      [account.network, account.address, account.displayAddress, account.host, account.port, "{}", fromMs],
    ]),
    contact: lines(
      [...scratch.contacts].map(([address, { displayAddress, name, firstMs }]) => [
        0,
        address,
        displayAddress,
        name,
        "[]",
        firstMs,
        // On nobody's roster, as far as we know.
        toMs,
      ]),
    ),
    run: lines([[0, 0, "import", fromMs, toMs, toMs, "imported"]]),
    coverage: lines(coverage.map((one) => [0, 0, 0, one.fromMs, one.toMs, "imported"])),
    day: none,
    event: () => eventLines(coverage, scratch),
    profile: none,
    watch: () => watchLines(coverage, scratch),
    pause: none,
    note: none,
    tag: none,
    retention: none,
    person: none,
    link: none,
  };
}

function* eventLines(coverage: readonly Stated[], scratch: Scratch): Generator<string> {
  let i = 0;
  for (const { contact, atMs, status, raw, origin } of scratch.sorted()) {
    while (atMs >= (coverage[i] as Stated).toMs) i++;
    yield JSON.stringify([contact, i, atMs, status, raw, origin]);
  }
}

function* watchLines(coverage: readonly Stated[], scratch: Scratch): Generator<string> {
  for (const { fromMs, toMs } of coverage) {
    for (const { contact, atMs } of scratch.firstIn(fromMs, toMs)) {
      yield JSON.stringify([contact, 0, atMs, toMs, "imported"]);
    }
  }
}

/** The same for the same name, whoever imports: version 8 of RFC 9562, made of its hash. */
function uuidOf(source: string): string {
  const hex = createHash("sha256").update(`rollcall import\n${source}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
