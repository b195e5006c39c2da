/**
 * What was merged in, against the database that it came from: the facts of the other Rollcall stand here as they stood
 * there, under its name. With SQL of the oracle's own.
 */
import Database from "better-sqlite3";
import type { Row } from "../rows.ts";
import { isAbout, type WishNote } from "../wishes.ts";
import type { WorldNotes } from "../world.ts";
import type { Finding } from "./finding.ts";

const DAY_MS = 86_400_000;
const GOES_ON = Number.POSITIVE_INFINITY;

/** A fact of the other Rollcall in words, with when it ended; `address`: whom it is about. */
interface CarriedFact {
  address: string | undefined;
  toMs: number;
  /** Of an event: whose day it was. */
  dayOf?: string;
}

export function checkCarried(notes: WorldNotes, findings: Finding[]): void {
  const { databasePath, wishes, accounts, another } = notes;
  const merges = wishes.filter((wish): wish is WishNote & { kind: "merge" } => wish.kind === "merge");
  // Wishes that waited for a machine to wake up are not always asked for in the order of what they carry.
  const inOrder = merges.toSorted((a, b) => a.nth - b.nth);
  const begun = inOrder.at(-1);
  if (!begun || !another) return;
  const uuid = sourceOf(another.notes.databasePath);
  const here = factsFrom(databasePath, uuid, notes);
  const newest = factsFrom(another.states[begun.nth], uuid);
  const done = inOrder.findLast(({ answeredMs, refusal }) => answeredMs !== undefined && refusal === undefined);
  const merged = done ? factsFrom(another.states[done.nth], uuid) : new Map<string, CarriedFact>();
  const tell = (text: string) => findings.push({ what: "merge", atMs: begun.askedMs, text });
  for (const [fact, { toMs }] of here) {
    const there = newest.get(fact);
    if (!there) tell(`"${fact}" stands here under the other Rollcall's name, and does not stand there`);
    else if (toMs > there.toMs) tell(`"${fact}" goes on until ${toMs} here, and until ${there.toMs} there`);
  }
  const sealed = sealedBefore(done?.answeredMs ?? 0, notes);
  for (const [fact, { toMs, address, dayOf }] of merged) {
    const found = here.get(fact);
    // Nobody would read it: that day is a fact itself here.
    if (dayOf !== undefined && sealed.has(dayOf)) continue;
    // What went on there ends here where it had been proved up to.
    if (isLeftOut(address) || (found && (found.toMs >= toMs || toMs === GOES_ON))) continue;
    tell(`"${fact}" until ${toMs} was not merged in${found ? `, only until ${found.toMs}` : ""}`);
  }

  /** Whoever was forgotten or excluded here at any time may be missing. */
  function isLeftOut(contact: string | undefined): boolean {
    if (contact === undefined) return false;
    return accounts.some(({ address }) =>
      wishes.some((wish) => (wish.kind === "forget" || wish.kind === "exclude") && isAbout(wish, address, contact)),
    );
  }
}

/** Whose days were sealed here by then. */
function sealedBefore(ms: number, { databasePath, sealed }: WorldNotes): Set<string> {
  const db = new Database(databasePath, { readonly: true });
  try {
    const sql = "SELECT c.id, a.address || ' ' || c.address FROM contact c JOIN account a ON a.id = c.account_id";
    const whose = new Map(db.prepare(sql).raw().all() as [number, string][]);
    const days = sealed.filter(({ seenMs }) => seenMs <= ms);
    return new Set(days.map(({ contactId, day }) => `${whose.get(contactId)} ${day}`));
  } finally {
    db.close();
  }
}

function sourceOf(path: string): string {
  const db = new Database(path, { readonly: true });
  try {
    return String(db.prepare("SELECT value FROM setting WHERE key = 'source'").pluck().get());
  } finally {
    db.close();
  }
}

/** The facts of one source in a database, each by what it says. `notes`: of events that are gone, too. */
function factsFrom(path: string | undefined, uuid: string, notes?: WorldNotes): Map<string, CarriedFact> {
  const found = new Map<string, CarriedFact>();
  if (path === undefined) return found;
  const db = new Database(path, { readonly: true });
  try {
    const rows = (sql: string) => db.prepare(sql).raw().all({ uuid }) as Row[];
    const source = "(SELECT id FROM source WHERE uuid = @uuid)";
    const own = "(SELECT id FROM source WHERE uuid = (SELECT value FROM setting WHERE key = 'source'))";
    const coverages = new Map<unknown, { account: unknown; coverage: string }>();
    for (const [id, account, fromMs, toMs] of rows(`
      SELECT v.id, a.address, v.from_ms, v.to_ms FROM coverage v JOIN account a ON a.id = v.account_id
      WHERE v.source_id = ${source}`)) {
      const coverage = `${account} covered from ${fromMs}`;
      coverages.set(id, { account, coverage });
      found.set(coverage, { address: undefined, toMs: Number(toMs) });
    }
    const contacts = new Map(
      rows(`SELECT c.id, c.address FROM contact c WHERE @uuid <> ''`).map(([id, address]) => [id, String(address)]),
    );
    for (const [contactId, account, fromMs, toMs] of rows(`
      SELECT w.contact_id, a.address, w.from_ms, w.to_ms FROM watch w
      JOIN contact c ON c.id = w.contact_id JOIN account a ON a.id = c.account_id
      WHERE coalesce(w.source_id, ${own}) = ${source}`)) {
      const address = contacts.get(contactId);
      found.set(`${account} watched ${address} from ${fromMs}`, { address, toMs: Number(toMs ?? GOES_ON) });
    }
    const now = rows("SELECT seq, contact_id, coverage_id, at_ms, status, raw, origin FROM event WHERE @uuid <> ''");
    const standing = new Set(now.map(([seq]) => seq));
    const standingFacts = new Set<string>();
    for (const [seq, contactId, coverageId, ...said] of notes?.events ?? now) {
      const day = Math.floor(Number(said[0]) / DAY_MS);
      const inside = coverages.get(coverageId);
      const address = contacts.get(contactId);
      if (inside === undefined || address === undefined) continue;
      let fact = `${inside.coverage} heard of ${address}: ${said.join(" ")}`;
      // What has been purged may come again, where a longer coverage makes it count: that is twice, but never stands twice.
      while (standingFacts.has(fact)) fact += " again";
      if (standing.has(seq)) standingFacts.add(fact);
      found.set(fact, { address, toMs: 0, dayOf: `${inside.account} ${address} ${day}` });
    }
    return found;
  } finally {
    db.close();
  }
}
