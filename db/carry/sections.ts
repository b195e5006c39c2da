/**
 * What a bundle is made of (docs/bundle.md): sections in this order, each a list of rows with these columns. A row
 * refers to another by its number within the other's section, counted from 0.
 */

/** `?`: may be null. `->section`: the number of a row there. */
export type Kind = "text" | "text?" | "int" | "int?" | "status" | "origin" | "base64" | `->${string}`;

export interface Section {
  name: SectionName;
  columns: Readonly<Record<string, Kind>>;
}

export const SECTION_NAMES = [
  "source",
  "account",
  "contact",
  "run",
  "coverage",
  "day",
  "event",
  "profile",
  "watch",
  "pause",
  "note",
  "tag",
  "retention",
  "person",
  "link",
] as const;
export type SectionName = (typeof SECTION_NAMES)[number];

/** Rows of every section, in this order, each as its line of JSON. */
export type SectionLines = Readonly<Record<SectionName, () => Iterable<string>>>;

export const BUNDLE_VERSION = 1;

const COLUMNS: Readonly<Record<SectionName, Section["columns"]>> = {
  // In the order in which they answer, where they overlap.
  source: { uuid: "text", name: "text" },
  account: {
    network: "text",
    address: "text",
    display_address: "text",
    host: "text",
    port: "int",
    options: "text",
    added_ms: "int",
  },
  contact: {
    account: "->account",
    address: "text",
    display_address: "text",
    name: "text",
    groups: "text",
    first_seen_ms: "int",
    removed_ms: "int?",
  },
  run: {
    source: "->source",
    pid: "int",
    version: "text",
    started_ms: "int",
    heartbeat_ms: "int",
    ended_ms: "int",
    end_reason: "text",
  },
  coverage: {
    account: "->account",
    source: "->source",
    run: "->run",
    from_ms: "int",
    to_ms: "int",
    end_reason: "text",
  },
  // The sealed days of contacts, whose events are gone.
  day: { contact: "->contact", day: "int", timeline: "base64" },
  event: {
    contact: "->contact",
    coverage: "->coverage",
    at_ms: "int",
    status: "status",
    raw: "text",
    origin: "origin",
  },
  profile: { contact: "->contact", source: "->source", at_ms: "int", field: "text", value: "text" },
  watch: { contact: "->contact", source: "->source", from_ms: "int", to_ms: "int", end_reason: "text?" },
  pause: { contact: "->contact", from_ms: "int", to_ms: "int?" },
  note: { contact: "->contact", alias: "text", note: "text" },
  tag: { contact: "->contact", tag: "text" },
  retention: { contact: "->contact", days: "int?" },
  person: { name: "text", created_ms: "int" },
  link: { person: "->person", contact: "->contact", linked_ms: "int", unlinked_ms: "int?" },
};

export const SECTIONS: readonly Section[] = SECTION_NAMES.map((name) => ({ name, columns: COLUMNS[name] }));

export type Value = string | number | null;
export type BundleRow = readonly Value[];

/** A bundle, or a file that should be one, cannot be used; the message is for the person who gave it. */
export class BundleRefused extends Error {
  override readonly name = "BundleRefused";
  readonly code: "wrong" | "newer" | "unreadable";
  constructor(code: BundleRefused["code"], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
