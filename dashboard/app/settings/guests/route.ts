import { GuestRefused } from "../../../../db/access/guests.ts";
import { openAccess } from "../../../data/access.ts";
import { ownerOf } from "../../../data/caller.ts";
import { chosenContacts } from "../../../data/guest-choice.ts";
import { openHistory } from "../../../data/history.ts";
import { backToSettings } from "../../../data/settings-said.ts";
import { showOnce } from "../../../data/shown-once.ts";

export const dynamic = "force-dynamic";

const DAY_MS = 86_400_000;

/** `name`, `days`, `contact` (numbers) and `addresses` of a new one, or `end` with the number of one. */
export async function POST(request: Request): Promise<Response> {
  const { sessionId } = ownerOf(request.headers);
  const form = await request.formData();
  const said = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value : "";
  };
  const access = openAccess();
  if (form.has("end")) {
    access.endGuest(Number(said("end")));
    return backToSettings("guest-ended", form);
  }
  const days = Number(said("days"));
  if (!Number.isInteger(days) || days < 1 || days > 365) return backToSettings("guest-over", form);
  const history = openHistory();
  const contacts =
    history.kind === "ready" ? await chosenContacts(history.db, form.getAll("contact"), said("addresses")) : [];
  if (contacts === "unknown") return backToSettings("guest-unknown", form);
  const nowMs = Date.now();
  try {
    const secret = access.inviteGuest({ name: said("name"), contacts, untilMs: nowMs + days * DAY_MS }, nowMs);
    showOnce(sessionId, { kind: "guest", secret }, nowMs);
  } catch (error) {
    if (!(error instanceof GuestRefused)) throw error;
    return backToSettings(`guest-${error.code}`, form);
  }
  return backToSettings("guest-made", form);
}
