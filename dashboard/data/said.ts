/** What a contact showed of itself, change by change. */
import type { ProfileChange, RecordedField } from "../../db/history/profile.ts";
import { exactClock, shortDay } from "./clock-words.ts";

const FIELD_WORDS: Record<RecordedField, string> = {
  name: "Name",
  message: "Message",
  media: "Listens to",
  picture: "Picture",
  capabilities: "Client",
  places: "Places",
  "active-while-hidden": "Active while hidden",
  invitation: "Invited you",
};

/** Names of ten thousand letters are possible, and say nothing more. */
const MOST_LETTERS = 280;

export interface SaidLine {
  key: number;
  when: string;
  what: string;
  /** Text from the network. Empty: nothing any more. */
  value: string;
}

/** Newest first, at most `most`. */
export function shapeSaid(changes: readonly ProfileChange[], zone: string, most: number): SaidLine[] {
  return changes
    .slice(-most)
    .reverse()
    .map(({ seq, atMs, field, value }) => ({
      key: seq,
      when: `${shortDay(atMs, zone)}, ${exactClock(atMs, zone)}`,
      what: FIELD_WORDS[field],
      value: value.length > MOST_LETTERS ? `${value.slice(0, MOST_LETTERS)}…` : value,
    }));
}
