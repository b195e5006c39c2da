import { openAccess } from "../../../data/access.ts";
import { ownerOf } from "../../../data/caller.ts";
import { checkPresent } from "../../../data/present-password.ts";
import { backToSettings } from "../../../data/settings-said.ts";
import { sharedAttempts } from "../../../gate/attempts.ts";

export const dynamic = "force-dynamic";

/** `code` of the app that took over the secret; or with `present`, `remove` to ask for none, else a secret to take over. */
export async function POST(request: Request): Promise<Response> {
  const { sessionId } = ownerOf(request.headers);
  const form = await request.formData();
  const said = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value : "";
  };
  const access = openAccess();
  const nowMs = Date.now();
  if (form.has("code")) {
    const who = `code ${sessionId}`;
    const waitMs = sharedAttempts().begin(who, nowMs);
    if (waitMs > 0) return backToSettings("codes-wait", form, Math.ceil(waitMs / 1_000));
    if (!access.confirmCodes(said("code"), nowMs)) return backToSettings("codes-wrong", form);
    sharedAttempts().succeeded(who);
    return backToSettings("codes-set", form);
  }
  if (!access.hasPassword()) return backToSettings("codes-no-password", form);
  const { isRight, waitS } = await checkPresent(access, said("present"), { sessionId, nowMs });
  if (waitS !== undefined) return backToSettings("codes-wait", form, waitS);
  if (!isRight) return backToSettings("codes-password", form);
  if (form.has("remove")) {
    access.removeCodes();
    return backToSettings("codes-removed", form);
  }
  access.beginCodes();
  return backToSettings("codes-begun", form);
}
