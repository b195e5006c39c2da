import { answerAccountForm } from "../../../data/account-forms.ts";
import { putFlash } from "../../../data/flash.ts";

export const dynamic = "force-dynamic";

/** The forms of the accounts' page, by their field `do`; leads back to it, where what came of it is told. */
export async function POST(request: Request): Promise<Response> {
  const said = putFlash(await answerAccountForm(await request.formData()));
  // With the zone and the range that the page had. An address from elsewhere has come no further than the gate.
  const before = URL.parse(request.headers.get("referer") ?? "");
  const search = new URLSearchParams(before?.pathname === "/coverage" ? before.search : "");
  search.set("said", said);
  return new Response(null, { status: 303, headers: { Location: `/coverage?${search}` } });
}
