import { openAccess } from "../../../data/access.ts";
import { ownerOf } from "../../../data/caller.ts";
import { backToSettings } from "../../../data/settings-said.ts";

export const dynamic = "force-dynamic";

/** `id` of the session to end, or `others` for all but one's own. */
export async function POST(request: Request): Promise<Response> {
  const { sessionId } = ownerOf(request.headers);
  const form = await request.formData();
  const access = openAccess();
  if (form.get("others") !== null) {
    access.endOtherSessions(sessionId);
    return backToSettings("sessions-ended", form);
  }
  const id = form.get("id");
  // One that is gone already is as good as ended.
  if (typeof id === "string") access.endSession(id);
  return id === sessionId
    ? new Response(null, { status: 303, headers: { Location: "/" } })
    : backToSettings("session-ended", form);
}
