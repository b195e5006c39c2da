import { CONTACT_IDS, MOST_CONTACTS } from "../../../data/contact-ids.ts";
import { openHistory } from "../../../data/history.ts";
import { readDetailsOf } from "../../../data/read-board.ts";
import { chooseZone } from "../../../data/zone-choice.ts";

export const dynamic = "force-dynamic";

/** What the rows of some contacts show besides their state: `?ids=1,2,3&tz=…`, as Details by contact. */
export async function GET(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const words = searchParams.get("ids") ?? "";
  const ids = new Set(CONTACT_IDS.test(words) ? words.split(",").map(Number) : []);
  if (ids.size === 0 || ids.size > MOST_CONTACTS) {
    return new Response(`"ids" should be numbers of contacts with commas between them, at most ${MOST_CONTACTS}\n`, {
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
