import { exportRows } from "../../../../db/export/export.ts";
import { type ExportQuery, FORMATS, type Format, parseExportQuery, requireKnown } from "../../../../db/export/query.ts";
import { openForReading } from "../../../../db/open.ts";
import { SettingsError } from "../../../../db/settings/settings-error.ts";
import { beginProgress, endProgress, PROGRESS_WORD } from "../../../data/export-progress.ts";
import { openHistory } from "../../../data/history.ts";

export const dynamic = "force-dynamic";

const TYPES: Record<Format, string> = { csv: "text/csv; charset=utf-8", jsonl: "application/x-ndjson; charset=utf-8" };

/**
 * `/export/events.csv?contact=&account=&from=&to=&tz=&pseudonyms=1`, or `.jsonl`, streamed. Whoever wants to know how far
 * it has got gives it a word with `progress=`.
 */
export async function GET(request: Request, { params }: { params: Promise<{ file: string }> }): Promise<Response> {
  const { file } = await params;
  const [, shape, format] = /^(.*)\.([a-z]+)$/.exec(file) ?? [];
  if (!isFormat(format)) return line(404, `There is no download called ${JSON.stringify(file.slice(0, 60))}.`);
  const { progress: word, pseudonyms, ...words } = Object.fromEntries(new URL(request.url).searchParams);
  let query: ExportQuery;
  try {
    query = parseExportQuery({ ...words, shape }, Date.now());
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return line(400, error.message.replace(/\s+/g, " "));
  }
  if (pseudonyms === "1") query.hasPseudonyms = true;
  const history = openHistory();
  if (history.kind === "nothing-yet") return line(404, "Nothing has been recorded yet.");
  if (history.kind === "unreadable") return line(500, history.message);
  // A handle of its own: reading goes on for as long as the download does.
  const db = openForReading(history.path);
  try {
    requireKnown(db, query);
  } catch (error) {
    db.close();
    if (!(error instanceof SettingsError)) throw error;
    return line(404, error.message);
  }
  const isFollowed = word !== undefined && PROGRESS_WORD.test(word);
  const progress = isFollowed ? beginProgress(word) : undefined;
  const chunks = exportRows(db, query, format, {
    onRows: (count) => {
      if (progress) progress.rows += count;
    },
    onProgress: (done, total) => {
      if (progress) progress.share = total === 0 ? 1 : done / total;
    },
  });
  const ended = (state: "done" | "broken-off") => {
    db.close();
    if (isFollowed) endProgress(word, state);
  };
  return new Response(stream(chunks, ended), {
    headers: {
      "Content-Type": TYPES[format],
      "Content-Disposition": `attachment; filename="rollcall-${query.shape}-${today(query)}.${format}"`,
      "Cache-Control": "no-store",
    },
  });
}

function isFormat(word: string | undefined): word is Format {
  return FORMATS.some((format) => format === word);
}

function stream(
  chunks: AsyncGenerator<string>,
  ended: (state: "done" | "broken-off") => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await chunks.next();
        if (!done) return controller.enqueue(encoder.encode(value));
        ended("done");
        controller.close();
      } catch (error) {
        // The download breaks off, which every client shows; a short file would look complete.
        await chunks.return(undefined);
        ended("broken-off");
        controller.error(error);
      }
    },
    async cancel() {
      await chunks.return(undefined);
      ended("broken-off");
    },
  });
}

function today({ nowMs, zone }: ExportQuery): string {
  return Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone).toPlainDate().toString();
}

function line(status: number, message: string): Response {
  return new Response(`${message}\n`, { status, headers: { "Content-Type": "text/plain; charset=utf-8" } });
}
