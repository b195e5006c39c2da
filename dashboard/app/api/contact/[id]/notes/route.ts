import { RequestRefused } from "../../../../../../db/keep/handler.ts";
import { putWords } from "../../../../../../db/keep/notes.ts";
import { openForWords } from "../../../../../../db/open.ts";
import { contactById } from "../../../../../data/contact-page.ts";
import { openHistory } from "../../../../../data/history.ts";

export const dynamic = "force-dynamic";

/** A form with `alias`, `note` and `tags`, separated by commas; leads back to `back`, a page of this dashboard. */
export async function POST(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const contact = await contactById((await params).id);
  const history = openHistory();
  if (!contact || history.kind !== "ready") return line(404, "There is no such contact.");
  const form = await request.formData();
  const said = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value : "";
  };
  const db = openForWords(history.path);
  try {
    putWords(db, contact.id, { alias: said("alias"), note: said("note"), tags: said("tags").split(",") });
  } catch (error) {
    if (!(error instanceof RequestRefused)) throw error;
    return line(400, `Nothing was changed: ${error.message}. Go back to put it right.`);
  } finally {
    db.close();
  }
  // Only a page of this contact: an address from a form could lead anywhere.
  const back = URL.parse(said("back"), "http://dashboard");
  const search = back?.pathname === `/contact/${contact.id}` ? back.search : "";
  return new Response(null, { status: 303, headers: { Location: `/contact/${contact.id}${search}` } });
}

function line(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: { "Content-Type": "text/plain; charset=utf-8" } });
}
