/** `rollcall export`: the history as a file or a stream. */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { Command, Option } from "commander";
import { bundleOf, type SectionEnd } from "../../db/carry/bundle.ts";
import { exportRows } from "../../db/export/export.ts";
import { ManifestMaker } from "../../db/export/manifest.ts";
import { FORMATS, type Format, parseExportQuery, requireKnown, SHAPES } from "../../db/export/query.ts";
import { openForReading } from "../../db/open.ts";
import { chooseDatabase, dataFolder } from "../../db/settings/data-folder.ts";
import { systemClock } from "../clock.ts";
import { EXIT, Failure } from "./exit.ts";
import { writeFileWhole } from "./out-file.ts";
import { plain } from "./plain.ts";
import { progressLine } from "./progress.ts";
import { VERSION } from "./version.ts";

interface ExportOptions {
  shape?: string;
  format: Format;
  from?: string;
  to?: string;
  contact?: string;
  account?: string;
  tz?: string;
  pseudonyms?: true;
  manifest?: string;
  out?: string;
  bundle?: string;
}

export const exportCommand = new Command("export")
  .description("write the history as CSV or JSON lines, or all of it as a bundle")
  .option("--shape <shape>", `what a row is: ${SHAPES.join(", ")}`)
  .addOption(new Option("--format <format>", "how rows are written").choices(FORMATS).default("csv"))
  .option("--from <instant>", "from here on, included: 2026-11-22 or 2026-11-22T14:00:00Z")
  .option("--to <instant>", "up to here, excluded")
  .option("--contact <address>", "only this contact, or several with commas between them")
  .option("--account <address>", "only this account")
  .option("--tz <zone>", "the zone of the local columns, such as Europe/Berlin; this machine's, unless given")
  .option("--pseudonyms", "numbers in place of addresses and names, the same for the same person within the file")
  .option("--manifest <file>", "also write what was exported, with its number of rows and its hash")
  .option("--out <file>", "write to a file instead of standard output")
  .addOption(
    new Option("--bundle <file>", "write every fact to a file that another Rollcall can import or merge").conflicts([
      ..."shape,from,to,contact,account,tz,pseudonyms,manifest,out".split(","),
    ]),
  )
  .action((options: ExportOptions) =>
    options.bundle === undefined ? exportShape(options) : exportBundle(options.bundle),
  );

async function exportShape({ format, pseudonyms, manifest, out, ...words }: ExportOptions): Promise<void> {
  if (words.shape === undefined) {
    throw new Failure(
      EXIT.usage,
      `say with --shape what a row is (${SHAPES.join(", ")}), or with --bundle FILE that you want everything`,
    );
  }
  const query = parseExportQuery({ ...words }, systemClock.nowMs());
  if (pseudonyms) query.hasPseudonyms = true;
  const db = openForReading(chooseDatabase(dataFolder()).path);
  // On a terminal the rows themselves show how it goes.
  const progress = progressLine(`exporting ${query.shape}`);
  const isSilent = out === undefined && process.stdout.isTTY;
  const maker = new ManifestMaker();
  try {
    requireKnown(db, query);
    const chunks = maker.watch(
      exportRows(db, query, format, {
        onRows: (count) => maker.count(count),
        onProgress: (done, total) => isSilent || progress.tell(done, total),
      }),
    );
    const rows = Readable.from(isSilent ? forTerminal(chunks) : chunks);
    if (out === undefined) await pipeline(rows, process.stdout, { end: false }).catch(forgiveClosedPipe);
    else await writeFileWhole(rows, out);
  } finally {
    progress.end();
    db.close();
  }
  if (manifest === undefined) return;
  const text = `${JSON.stringify(maker.finish(query, format, VERSION), null, 2)}\n`;
  await writeFileWhole(Readable.from([text]), manifest);
}

/** Packed, because a bundle says much twice. */
async function exportBundle(path: string): Promise<void> {
  const db = openForReading(chooseDatabase(dataFolder()).path);
  const progress = progressLine("bundling");
  let end = "";
  function* text(): Generator<string> {
    for (const chunk of bundleOf(db, progress.tell)) {
      end = chunk;
      yield chunk;
    }
  }
  try {
    await writeFileWhole(Readable.from(text()).pipe(createGzip()), path);
  } finally {
    progress.end();
    db.close();
  }
  const { sections } = JSON.parse(end.slice(end.lastIndexOf("\n", end.length - 2) + 1)) as {
    sections: Record<string, SectionEnd>;
  };
  const rows = (section: string) => sections[section]?.rows.toLocaleString("en");
  console.log(`wrote ${rows("event")} events of ${rows("contact")} contacts to ${path}`);
}

/** A file keeps every byte; a terminal must not obey what people put into their names. */
async function* forTerminal(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const chunk of chunks) {
    for (const line of chunk.split(/(?<=\n)/)) {
      const end = /\r?\n$/.exec(line)?.[0] ?? "";
      yield `${plain(line.slice(0, line.length - end.length))}${end}`;
    }
  }
}

/** `rollcall export … | head` is no failure. */
function forgiveClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
}
