/** What a form of the settings led to: a word in the address, a sentence on the page. */
import { waitWords } from "../gate/sign-in.ts";

export type Section = "password" | "sessions";

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
  "session-ended": done("sessions", "That browser is signed out."),
  "sessions-ended": done("sessions", "Every other browser is signed out."),
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
