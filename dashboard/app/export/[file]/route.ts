import { exportRows } from "../../../../db/export/export.ts";
import { type ExportQuery, parseExportQuery, requireKnown } from "../../../../db/export/query.ts";
import { type Handle, openForReading } from "../../../../db/open.ts";
import { SettingsError } from "../../../../db/settings/settings-error.ts";
import { openHistory } from "../../../data/history.ts";

export const dynamic = "force-dynamic";

/** `/export/events.csv?contact=&account=&from=&to=&tz=`, streamed. */
export async function GET(request: Request, { params }: { params: Promise<{ file: string }> }): Promise<Response> {
  const { file } = await params;
  const shape = /^(.*)\.csv$/.exec(file)?.[1];
  if (shape === undefined) return line(404, `There is no download called ${JSON.stringify(file.slice(0, 60))}.`);
  let query: ExportQuery;
  try {
    query = parseExportQuery({ ...Object.fromEntries(new URL(request.url).searchParams), shape }, Date.now());
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return line(400, error.message.replace(/\s+/g, " "));
  }
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
  return new Response(stream(exportRows(db, query, "csv"), db), {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": `attachment; filename="rollcall-${query.shape}-${today(query)}.csv"`,
      "Cache-Control": "no-store",
    },
  });
}

function stream(chunks: AsyncGenerator<string>, db: Handle): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const end = async () => {
    await chunks.return(undefined);
    db.close();
  };
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await chunks.next();
        if (!done) return controller.enqueue(encoder.encode(value));
        await end();
        controller.close();
      } catch (error) {
        // The download breaks off, which every client shows; a short file would look complete.
        await end();
        controller.error(error);
      }
    },
    cancel: end,
  });
}

function today({ nowMs, zone }: ExportQuery): string {
  return Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone).toPlainDate().toString();
}

function line(status: number, message: string): Response {
  return new Response(`${message}\n`, { status, headers: { "Content-Type": "text/plain; charset=utf-8" } });
}
