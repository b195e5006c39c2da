import { mostPresent } from "../answers/person.ts";
import type { Handle } from "../open.ts";
import { inSnapshot } from "../snapshot.ts";
import type { Reading } from "../status.ts";
import { allPersons, listPersons, type Person } from "./persons.ts";
import { type ContactState, readStatesNow, statesAt } from "./state.ts";

export interface PersonState extends Person {
  /** The most present one of the contacts', by PRESENCE_ORDER; unknown when none of them is observed. */
  status: Reading;
  /** The contacts that are so. */
  from: number[];
  /** The status has held since then, and perhaps for longer; null when unknown. `readPerson` tells from when exactly. */
  sinceAtLeastMs: number | null;
  /** The last proof of life behind any contact's reading; null when unknown. */
  confirmedMs: number | null;
}

/** The state of every person at an instant, in the order of `listPersons`. */
export async function personStatesAt(db: Handle, atMs: number): Promise<PersonState[]> {
  return byPerson(await listPersons(db), await statesAt(db, atMs));
}

/** The same as last confirmed, as `statesNow` does for contacts. */
export async function personStatesNow(db: Handle, nowMs: number): Promise<PersonState[]> {
  return inSnapshot(db, () => byPerson(allPersons(db), readStatesNow(db, nowMs)));
}

function byPerson(persons: readonly Person[], states: readonly ContactState[]): PersonState[] {
  const byContact = new Map(states.map((state) => [state.contactId, state]));
  return persons.map((person) => {
    // Somebody may have been forgotten between the two looks.
    const members = person.contactIds.flatMap((id) => byContact.get(id) ?? []);
    const [only] = members;
    if (only && members.length === 1) {
      const { status, sinceMs: sinceAtLeastMs, confirmedMs } = only;
      return { ...person, status, from: [...person.contactIds], sinceAtLeastMs, confirmedMs };
    }
    const status = mostPresent(members);
    const so = members.filter((state) => state.status === status);
    return {
      ...person,
      status,
      from: so.map(({ contactId }) => contactId),
      sinceAtLeastMs: extreme(Math.min, so, "sinceMs"),
      confirmedMs: extreme(Math.max, members, "confirmedMs"),
    };
  });
}

function extreme(
  choose: (...all: number[]) => number,
  states: readonly ContactState[],
  field: "sinceMs" | "confirmedMs",
): number | null {
  const known = states.map((state) => state[field]).filter((ms) => ms !== null);
  return known.length > 0 ? choose(...known) : null;
}
