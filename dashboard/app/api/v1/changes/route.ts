import { changeStream } from "../../../../api/change-stream.ts";
import { problem } from "../../../../api/problem.ts";
import { openHistory } from "../../../../data/history.ts";

export const dynamic = "force-dynamic";

/** Each looks at the history a few times a second. */
const MOST_AT_ONCE = 100;

let openNow = 0;

export function GET(request: Request): Response {
  const said = request.headers.get("last-event-id");
  if (said !== null && !/^\d{1,15}$/.test(said))
    return problem(400, "Last-Event-ID is a number, the seq of the last event that was read.");
  if (openNow >= MOST_AT_ONCE) return problem(503, `${openNow} streams are open already: close one.`);
  const history = openHistory();
  if (history.kind === "unreadable") return problem(500, history.message);
  const ended = new AbortController();
  openNow++;
  ended.signal.addEventListener("abort", () => openNow--);
  if (request.signal.aborted) ended.abort();
  request.signal.addEventListener("abort", () => ended.abort());
  return new Response(changeStream(said === null ? undefined : Number(said), ended), {
    headers: { "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store" },
  });
}
