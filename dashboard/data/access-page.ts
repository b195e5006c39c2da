/** What the settings page says of who may come in. */
import "server-only";
import { Access } from "../../db/access/access.ts";
import { dataFolder } from "../../db/settings/data-folder.ts";
import { isLoopback, listenSettings } from "../../db/settings/listen.ts";
import type { AccessOutcome } from "../gate/access-forms.ts";
import { whenWords } from "./clock-words.ts";

export interface SignedInBrowser {
  id: string;
  /** The browser that asks. */
  isThis: boolean;
  /** `signed in Mon 23 Nov, 09:05` */
  since: string;
  /** Nothing where it was not used since. */
  lastUsed: string;
}

export interface AccessPage {
  hasPassword: boolean;
  /** It must have one: others than this computer's programs can ask. */
  needsPassword: boolean;
  browsers: SignedInBrowser[];
}

/** `session`: the id of the one that asks. Throws AccessRefused. */
export function readAccessPage(session: string | null, zone: string, nowMs: number): AccessPage {
  const access = new Access(dataFolder());
  try {
    const browsers = access.sessions(nowMs).map(({ id, madeMs, seenMs }) => ({
      id,
      isThis: id === session,
      since: `signed in ${whenWords(madeMs, nowMs, zone)}`,
      lastUsed: seenMs > madeMs && id !== session ? `last used ${whenWords(seenMs, nowMs, zone)}` : "",
    }));
    return {
      hasPassword: access.password !== undefined,
      needsPassword: !isLoopback(listenSettings().host),
      // Whoever looks finds the browser in front of them first.
      browsers: [...browsers.filter(({ isThis }) => isThis), ...browsers.filter(({ isThis }) => !isThis)],
    };
  } finally {
    access.close();
  }
}

export interface OutcomeWords {
  isGood: boolean;
  text: string;
}

const OUTCOMES: Readonly<Record<AccessOutcome, OutcomeWords>> = {
  "password-set": good("The password is set. Every other browser has to sign in with it."),
  "password-removed": good(
    "The password is gone: on this computer, the address that Rollcall prints opens the dashboard.",
  ),
  "signed-out-others": good("Every other browser is signed out."),
  "signed-out-one": good("That browser is signed out."),
  "wrong-password": bad("Nothing was changed: the present password was not right."),
  differs: bad("Nothing was changed: the two new passwords differ."),
  unusable: bad("Nothing was changed: a password should have at least 8 letters. Several words are easy to keep."),
  needed: bad("Nothing was changed: the dashboard listens beyond this computer, and there it needs a password."),
  "too-often": bad("Nothing was changed: the present password was wrong too often. Wait a few minutes."),
  "no-form": bad("Nothing was changed: what was sent is no form of this page."),
};

/** What came of a form, by the word in the address; undefined for any other word. */
export function outcomeWords(word: string | undefined): OutcomeWords | undefined {
  return word !== undefined && Object.hasOwn(OUTCOMES, word) ? OUTCOMES[word as AccessOutcome] : undefined;
}

function good(text: string): OutcomeWords {
  return { isGood: true, text };
}

function bad(text: string): OutcomeWords {
  return { isGood: false, text };
}
