import { isScope, TokenRefused } from "../../../../db/access/tokens.ts";
import { openAccess } from "../../../data/access.ts";
import { ownerOf } from "../../../data/caller.ts";
import { backToSettings } from "../../../data/settings-said.ts";
import { showOnce } from "../../../data/shown-once.ts";

export const dynamic = "force-dynamic";

/** `name` and `scope` of a new one, or `revoke` with the name of one. */
export async function POST(request: Request): Promise<Response> {
  const { sessionId } = ownerOf(request.headers);
  const form = await request.formData();
  const said = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value : "";
  };
  const access = openAccess();
  if (form.has("revoke")) {
    access.revokeToken(said("revoke"));
    return backToSettings("token-revoked", form);
  }
  const scope = said("scope");
  if (!isScope(scope)) return backToSettings("token-no-scope", form);
  const nowMs = Date.now();
  try {
    showOnce(sessionId, { kind: "token", secret: access.addToken(said("name"), scope, nowMs) }, nowMs);
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error;
    return backToSettings(`token-${error.code}`, form);
  }
  return backToSettings("token-made", form);
}
