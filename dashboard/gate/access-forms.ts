/**
 * The forms of the settings page that say who may come in. They are answered here and not by Next: the gate holds
 * `access.db`, and knows whose session it is.
 */
import type { IncomingMessage } from "node:http";
import type { Access } from "../../db/access/access.ts";
import { hashPassword, isPassword, PasswordRefused } from "../../db/access/password.ts";
import { isLoopback } from "../../db/settings/listen.ts";
import type { Attempts } from "./attempts.ts";
import { readForm } from "./form.ts";

/** What the settings page says afterwards. */
export type AccessOutcome =
  | "password-set"
  | "password-removed"
  | "signed-out-others"
  | "signed-out-one"
  | "wrong-password"
  | "differs"
  | "unusable"
  | "needed"
  | "too-often"
  | "no-form";

export const ACCESS_FORMS = [
  "/access/password",
  "/access/no-password",
  "/access/sessions",
  "/access/sign-out",
] as const;

interface Desk {
  access: Access;
  attempts: Attempts;
  /** Where the form comes from. */
  address: string;
  /** The id of the session that posted it. */
  session: string;
  /** Where the dashboard listens. */
  host: string;
  nowMs: () => number;
}

/** "out": the browser that asked is signed out. */
export async function answerAccessForm(
  path: string,
  request: IncomingMessage,
  desk: Desk,
): Promise<AccessOutcome | "out"> {
  const form = await readForm(request);
  if (!form) return "no-form";
  const { access, session, host } = desk;
  switch (path as (typeof ACCESS_FORMS)[number]) {
    case "/access/sign-out":
      access.endSession(session);
      return "out";
    case "/access/sessions": {
      const one = form.get("id");
      if (one === null) access.endSessions(session);
      else access.endSession(one);
      if (one === session) return "out";
      return one === null ? "signed-out-others" : "signed-out-one";
    }
    case "/access/password":
      return (await refusalOfOld(form, desk)) ?? setPassword(form, desk);
    case "/access/no-password": {
      const refusal = await refusalOfOld(form, desk);
      if (refusal) return refusal;
      if (!isLoopback(host)) return "needed";
      access.putPassword(undefined, desk.nowMs(), session);
      return "password-removed";
    }
  }
}

/** Whoever changes a password knows the present one: a browser that was left open is not enough. */
async function refusalOfOld(
  form: URLSearchParams,
  { access, attempts, address, nowMs }: Desk,
): Promise<AccessOutcome | undefined> {
  const stored = access.password;
  if (stored === undefined) return undefined;
  if (attempts.waitMs(address, nowMs()) > 0) return "too-often";
  attempts.failed(address, nowMs());
  if (!(await isPassword(form.get("old") ?? "", stored))) return "wrong-password";
  attempts.succeeded(address);
  return undefined;
}

async function setPassword(form: URLSearchParams, { access, session, nowMs }: Desk): Promise<AccessOutcome> {
  const password = form.get("new") ?? "";
  if (password !== form.get("again")) return "differs";
  try {
    access.putPassword(await hashPassword(password), nowMs(), session);
    return "password-set";
  } catch (error) {
    if (error instanceof PasswordRefused) return "unusable";
    throw error;
  }
}
