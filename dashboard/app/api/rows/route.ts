import { openHistory } from "../../../data/history.ts";
import { readDetailsOf } from "../../../data/read-board.ts";
import { chooseZone } from "../../../data/zone-choice.ts";

export const dynamic = "force-dynamic";

/** As many rows as a tall screen shows, and some more. */
const MOST_IDS = 200;
const IDS = /^[1-9]\d{0,11}(,[1-9]\d{0,11})*$/;

/** What the rows of some contacts show besides their state: `?ids=1,2,3&tz=…`, as Details by contact. */
export async function GET(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const words = searchParams.get("ids") ?? "";
  const ids = new Set(IDS.test(words) ? words.split(",").map(Number) : []);
  if (ids.size === 0 || ids.size > MOST_IDS) {
    return new Response(`"ids" should be numbers of contacts with commas between them, at most ${MOST_IDS}\n`, {
      status: 400,
      headers: { "Content-Type": "text/plain; charset=utf-8" },
    });
  }
  const { zone } = chooseZone(searchParams.get("tz"));
  const history = openHistory();
  if (history.kind !== "ready") return new Response("The history cannot be read just now.\n", { status: 503 });
  return Response.json(await readDetailsOf(history.db, ids, Date.now(), zone), {
    headers: { "Cache-Control": "no-store" },
  });
}
