import { TooBusy } from "../../../../db/access/argon2-turn.ts";
import { PasswordRefused } from "../../../../db/access/password.ts";
import { listenSettings } from "../../../../db/settings/listen.ts";
import { openAccess } from "../../../data/access.ts";
import { ownerOf } from "../../../data/caller.ts";
import { checkPresent } from "../../../data/present-password.ts";
import { backToSettings } from "../../../data/settings-said.ts";

export const dynamic = "force-dynamic";

/** How soon to come back when too many passwords are being checked. */
const BUSY_S = 2;

/** `new` and `again`, or `remove`; with `present` where there is a password. */
export async function POST(request: Request): Promise<Response> {
  const { sessionId } = ownerOf(request.headers);
  const form = await request.formData();
  const said = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value : "";
  };
  const access = openAccess();
  const nowMs = Date.now();
  try {
    const { isRight, waitS } = await checkPresent(access, said("present"), { sessionId, nowMs });
    if (waitS !== undefined) return backToSettings("password-wait", form, waitS);
    if (!isRight) return backToSettings("password-wrong", form);
    if (said("remove") !== "") {
      if (listenSettings().open !== undefined) return backToSettings("password-needed", form);
      access.removePassword();
      return backToSettings("password-removed", form);
    }
    if (said("new") !== said("again")) return backToSettings("password-not-same", form);
    await access.setPassword(said("new"), nowMs, sessionId);
    return backToSettings("password-set", form);
  } catch (error) {
    if (error instanceof PasswordRefused) return backToSettings(`password-${error.code}`, form);
    if (error instanceof TooBusy) return backToSettings("password-wait", form, BUSY_S);
    throw error;
  }
}
