/** What a form of the settings led to: a word in the address, a sentence on the page. */
import { waitWords } from "../gate/sign-in.ts";

export type Section = "password" | "codes" | "sessions" | "tokens" | "guests";

export interface Said {
  section: Section;
  isDone: boolean;
  words: string;
}

const OUTCOMES = {
  "password-set": done("password", "The password is set. Every other browser signs in anew."),
  "password-removed": done("password", "There is no password any more."),
  "password-wrong": wrong("password", "That is not the present password; nothing was changed."),
  "password-not-same": wrong("password", "The two new ones were not the same; nothing was changed."),
  "password-too-short": wrong("password", "A password needs 8 characters or more; nothing was changed."),
  "password-too-long": wrong("password", "A password may be 1024 bytes long at most; nothing was changed."),
  "password-needed": wrong("password", "The dashboard can be reached from other computers, so its password stays."),
  "password-wait": wrong("password", "Too many attempts; nothing was changed."),
  "codes-begun": done("codes", "Let your app take it over, and give its code; until then nothing changes."),
  "codes-set": done("codes", "From now on sign-in asks for a code, too."),
  "codes-removed": done("codes", "Sign-in asks for no code any more."),
  "codes-wrong": wrong("codes", "That is not a code of this secret, or it was used already; nothing was changed."),
  "codes-password": wrong("codes", "That is not the password; nothing was changed."),
  "codes-no-password": wrong("codes", "Codes come on top of a password: set one first."),
  "codes-wait": wrong("codes", "Too many attempts; nothing was changed."),
  "session-ended": done("sessions", "That browser is signed out."),
  "sessions-ended": done("sessions", "Every other browser is signed out."),
  "token-made": done("tokens", "The token is made."),
  "token-revoked": done("tokens", "That token opens nothing any more."),
  "token-no-name": wrong("tokens", "A token needs a name of 60 characters at most; none was made."),
  "token-name-taken": wrong("tokens", "There is a token of that name already; none was made."),
  "token-no-scope": wrong("tokens", "Say what the token may do; none was made."),
  "guest-made": done("guests", "The link is made."),
  "guest-ended": done("guests", "That link opens nothing any more."),
  "guest-no-name": wrong("guests", "Say whom the link is for, in 60 characters at most; none was made."),
  "guest-nobody": wrong("guests", "Choose at least one contact; no link was made."),
  "guest-over": wrong("guests", "A link is good for 1 to 365 days; none was made."),
  "guest-unknown": wrong("guests", "One of these addresses is nobody's here; no link was made."),
} as const satisfies Record<string, Said>;

export type Outcome = keyof typeof OUTCOMES;

/** What the address says: `?said=` and, where one has to wait, `&wait=` in seconds. Undefined for anything else. */
export function readSaid(said: unknown, wait: unknown): Said | undefined {
  if (typeof said !== "string" || !Object.hasOwn(OUTCOMES, said)) return undefined;
  const outcome: Said = OUTCOMES[said as Outcome];
  if (typeof wait !== "string" || !/^\d{1,5}$/.test(wait)) return outcome;
  return { ...outcome, words: `${outcome.words} Try again in ${waitWords(Number(wait))}.` };
}

/** Back to the settings, to where the form was. */
export function backToSettings(outcome: Outcome, form: FormData, wait?: number): Response {
  const tz = form.get("tz");
  const words = new URLSearchParams({
    ...(typeof tz === "string" && tz !== "" ? { tz } : {}),
    said: outcome,
    ...(wait === undefined ? {} : { wait: String(wait) }),
  });
  const headers = { Location: `/settings?${words}#${OUTCOMES[outcome].section}` };
  return new Response(null, { status: 303, headers });
}

function done<S extends Section>(section: S, words: string): Said & { section: S } {
  return { section, isDone: true, words };
}

function wrong<S extends Section>(section: S, words: string): Said & { section: S } {
  return { section, isDone: false, words };
}
