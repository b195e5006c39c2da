/**
 * The song, game or program that somebody shows: `app\0Kind\0enabled\0format\0title\0artist\0album\0…`, where `\0` is a
 * backslash and a zero (protocol reference 2.12).
 */
import { plainText } from "./plain-text.ts";

const SEPARATOR = "\\0";
const FORMAT_AT = 3;
/** `{0}` is the title; nobody has been seen to use more than `{4}`. */
const MAX_FIELDS = 16;

/** What their client would show, for instance `Song - Artist`; empty when it is switched off or unreadable. */
export function readCurrentMedia(text: string): string {
  if (text === "") return text;
  // Every piece is bounded before it is put into another: `{0}{0}{0}…` would else grow without end.
  const [, , enabled, format = "", ...values] = text.split(SEPARATOR, FORMAT_AT + 1 + MAX_FIELDS).map(plainText);
  if (enabled !== "1") return "";
  return plainText(format.replace(/\{(\d{1,2})\}/g, (_, at: string) => values[Number(at)] ?? ""));
}

export interface CurrentMedia {
  kind: "Music" | "Games" | "Office";
  /** `{0}` for the first of `values`, and so on: `{0} - {1}`. */
  format: string;
  values: readonly string[];
}

/** The content of `CurrentMedia`, before it is escaped. What would end a value within it is left out. */
export function formatCurrentMedia({ kind, format, values }: CurrentMedia): string {
  const fields = ["", kind, "1", format, ...values].map((field) => plainText(field).replace(/\\+0+/g, ""));
  return `${fields.join(SEPARATOR)}${SEPARATOR}${SEPARATOR}`;
}
