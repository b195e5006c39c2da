/** `rollcall export`: the history as a file or a stream. */
import { createWriteStream, statSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Command, Option } from "commander";
import { exportCsv } from "../../db/export/csv.ts";
import { parseExportQuery, requireKnown, SHAPES } from "../../db/export/query.ts";
import { openForReading } from "../../db/open.ts";
import { chooseDatabase, dataFolder } from "../../db/settings/data-folder.ts";
import { systemClock } from "../clock.ts";
import { EXIT, Failure } from "./exit.ts";
import { plain } from "./plain.ts";

interface ExportOptions {
  shape: string;
  from?: string;
  to?: string;
  contact?: string;
  account?: string;
  tz?: string;
  out?: string;
}

export const exportCommand = new Command("export")
  .description("write the history as CSV")
  .requiredOption("--shape <shape>", `what a row is: ${SHAPES.join(", ")}`)
  .addOption(new Option("--format <format>", "how rows are written").choices(["csv"]).default("csv"))
  .option("--from <instant>", "from here on, included: 2026-11-22 or 2026-11-22T14:00:00Z")
  .option("--to <instant>", "up to here, excluded")
  .option("--contact <address>", "only this contact")
  .option("--account <address>", "only this account")
  .option("--tz <zone>", "the zone of the local columns, such as Europe/Berlin; this machine's, unless given")
  .option("--out <file>", "write to a file instead of standard output")
  .action(async ({ shape, from, to, contact, account, tz, out }: ExportOptions) => {
    const query = parseExportQuery({ shape, from, to, contact, account, tz }, systemClock.nowMs());
    const db = openForReading(chooseDatabase(dataFolder()).path);
    try {
      requireKnown(db, query);
      const chunks = exportCsv(db, query);
      const rows = Readable.from(out === undefined && process.stdout.isTTY ? forTerminal(chunks) : chunks);
      if (out === undefined) await pipeline(rows, process.stdout, { end: false }).catch(forgiveClosedPipe);
      else await writeFile(rows, out);
    } finally {
      db.close();
    }
  });

/** A file keeps every byte; a terminal must not obey what people put into their names. */
async function* forTerminal(chunks: AsyncGenerator<string>): AsyncGenerator<string> {
  for await (const chunk of chunks) yield chunk.split("\r\n").map(plain).join("\r\n");
}

/** The file appears when it is complete. What is there already and no file, such as /dev/null, is written to as it is. */
async function writeFile(rows: Readable, path: string): Promise<void> {
  const isPlain = statSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
  const unfinished = isPlain ? `${path}.${process.pid}.unfinished` : path;
  try {
    await pipeline(rows, createWriteStream(unfinished, { flags: isPlain ? "wx" : "w" }));
    if (isPlain) await rename(unfinished, path);
  } catch (error) {
    if (isPlain) await rm(unfinished, { force: true });
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    const why =
      syscall === "open" ? ` (${code}): check that its folder is there and may be written to` : `: ${message}`;
    throw new Failure(EXIT.failed, `cannot write ${path}${why}`, { cause: error });
  }
}

/** `rollcall export … | head` is no failure. */
function forgiveClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
}
