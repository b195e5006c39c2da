/**
 * Which dialects a sign-in still offers. It begins with all that the account may use; when one fails for a reason that
 * is not the credentials, what shares the failed part goes with it, and the rest is offered on a new connection.
 */
import type { Dialect, ListsMethod, SignInMethod } from "./dialects.ts";
import type { ServiceUrls } from "./services.ts";

/** What of a dialect's way in has failed. */
export type FailedPart =
  /** Everything from the first command to USR OK. */
  | "identity"
  | "lists"
  /** The first status. */
  | "status";

export interface DialectFailure {
  dialect: Dialect;
  part: FailedPart;
  /** The web service that failed, if it was one. */
  service?: keyof ServiceUrls | undefined;
}

const SERVICES_OF_SIGN_IN: Readonly<Record<SignInMethod, readonly (keyof ServiceUrls)[]>> = {
  md5: [],
  passport: ["nexus"],
  tokens: ["rst"],
  sso: ["rst"],
};

const SERVICES_OF_LISTS: Readonly<Record<ListsMethod, readonly (keyof ServiceUrls)[]>> = {
  "rows-by-list": [],
  "rows-by-contact": [],
  "rows-with-guids": [],
  "address-book": ["addressBook", "sharing"],
};

/** The dialects that are worth a try after this failure, best first. */
export function dialectsAfter(offered: readonly Dialect[], failure: DialectFailure): Dialect[] {
  const { dialect: failed } = failure;
  return offered.filter((dialect) => dialect.number < failed.number && !sharesFailure(dialect, failure));
}

function sharesFailure(dialect: Dialect, { dialect: failed, part, service }: DialectFailure): boolean {
  if (service && usesService(dialect, service)) return true;
  switch (part) {
    case "identity":
      return dialect.signIn === failed.signIn;
    case "lists":
      return dialect.lists === failed.lists;
    case "status":
      return dialect.lists === failed.lists && dialect.signIn === failed.signIn;
    default:
      return part satisfies never;
  }
}

function usesService(dialect: Dialect, service: keyof ServiceUrls): boolean {
  return [...SERVICES_OF_SIGN_IN[dialect.signIn], ...SERVICES_OF_LISTS[dialect.lists]].includes(service);
}
