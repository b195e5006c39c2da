/** `rollcall export`: the history as a file or a stream. */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Command, Option } from "commander";
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
}

export const exportCommand = new Command("export")
  .description("write the history as CSV or JSON lines, or all of it as a bundle")
  .option("--shape <shape>", `what a row is: ${SHAPES.join(", ")}`)
  .addOption(new Option("--format <format>", "how rows are written").choices(FORMATS).default("csv"))
  .option("--from <instant>", "from here on, included: 2026-11-22 or 2026-11-22T14:00:00Z")
  .option("--to <instant>", "up to here, excluded")
  .option("--contact <address>", "only this contact")
  .option("--account <address>", "only this account")
  .option("--tz <zone>", "the zone of the local columns, such as Europe/Berlin; this machine's, unless given")
  .option("--pseudonyms", "numbers in place of addresses and names, the same for the same person within the file")
  .option("--manifest <file>", "also write what was exported, with its number of rows and its hash")
  .option("--out <file>", "write to a file instead of standard output")
  .action(exportShape);

async function exportShape({ format, pseudonyms, manifest, out, ...words }: ExportOptions): Promise<void> {
  if (words.shape === undefined) {
    throw new Failure(EXIT.usage, `say with --shape what a row is: ${SHAPES.join(", ")}`);
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
