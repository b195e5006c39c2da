/**
 * Compares the facts on the disk from one life of the collector to the next: what was recorded once stays, and what was
 * acknowledged is there. With SQL of its own.
 */
import Database from "better-sqlite3";
import type { Fact } from "../../db/record/facts.ts";

type Row = unknown[];

/** What may still grow of a row is left out of it; `isOpen` says whether anything may. */
const TABLES = {
  event: "SELECT seq, contact_id, coverage_id, at_ms, status, raw, origin FROM event ORDER BY seq",
  coverage: "SELECT id, account_id, source_id, run_id, from_ms, to_ms, end_reason FROM coverage ORDER BY id",
  watch: "SELECT id, contact_id, from_ms, to_ms, end_reason FROM watch ORDER BY id",
  profile: "SELECT seq, contact_id, at_ms, field, value FROM profile ORDER BY seq",
  contact: "SELECT id, account_id, address FROM contact ORDER BY id",
} as const;

type Facts = Record<keyof typeof TABLES, Row[]>;

export class Keeper {
  readonly #path: string;
  readonly complaints: string[] = [];
  #before: Facts | undefined;
  #acknowledgedSeq = 0;
  #acknowledged: Fact[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  /** After COMMIT has returned, as the collector says. */
  acknowledged(facts: readonly Fact[], lastSeq: number): void {
    this.#acknowledgedSeq = lastSeq;
    this.#acknowledged.push(...facts);
  }

  begin(): void {
    this.#compare();
  }

  /** The collector has stopped, or was killed. */
  end(): void {
    const facts = this.#compare();
    const lastSeq = Number(facts.event.at(-1)?.[0] ?? 0);
    if (lastSeq < this.#acknowledgedSeq) {
      this.complaints.push(
        `lost: event ${this.#acknowledgedSeq} was acknowledged, the last one on the disk is ${lastSeq}`,
      );
    }
    this.#checkAcknowledged(facts);
    this.#acknowledged = [];
  }

  #compare(): Facts {
    const facts = this.#read();
    if (this.#before) this.complaints.push(...changesOf(this.#before, facts));
    this.#before = facts;
    return facts;
  }

  #read(): Facts {
    const db = new Database(this.#path, { readonly: true });
    try {
      const all = (sql: string) => db.prepare(sql).raw().all() as Row[];
      return {
        event: all(TABLES.event),
        coverage: all(TABLES.coverage),
        watch: all(TABLES.watch),
        profile: all(TABLES.profile),
        contact: all(TABLES.contact),
      };
    } finally {
      db.close();
    }
  }

  /** Each acknowledged change is a row, and each acknowledged proof lies within a coverage. */
  #checkAcknowledged({ event, coverage }: Facts): void {
    const instants = new Set(event.map((row) => row[3]));
    for (const fact of this.#acknowledged) {
      if ((fact.kind === "change" || fact.kind === "watch-open") && !instants.has(fact.atMs)) {
        this.complaints.push(`lost: ${fact.address} ${fact.status} at ${new Date(fact.atMs).toISOString()}`);
      }
      if (fact.kind !== "proof") continue;
      const isClaimed = coverage.some(
        ([, accountId, , , fromMs, toMs]) =>
          accountId === fact.accountId && Number(fromMs) <= fact.atMs && Number(toMs) >= fact.atMs,
      );
      if (!isClaimed) this.complaints.push(`lost: the proof of life at ${new Date(fact.atMs).toISOString()}`);
    }
  }
}

function changesOf(before: Facts, after: Facts): string[] {
  return (Object.keys(TABLES) as (keyof Facts)[]).flatMap((table) => {
    const now = new Map(after[table].map((row) => [row[0], row]));
    return before[table].flatMap((row) => {
      const found = now.get(row[0]);
      if (!found) return [`lost: ${table} ${row[0]}`];
      return isSame(table, row, found) ? [] : [`changed: ${table} ${row.join(" ")} became ${found.join(" ")}`];
    });
  });
}

function isSame(table: keyof Facts, before: Row, after: Row): boolean {
  switch (table) {
    case "coverage": {
      const [endMs, reason] = [before[5], before[6]];
      const isStill = String(before.slice(0, 5)) === String(after.slice(0, 5));
      // An open one grows, and ends at some time; an ended one stays.
      return isStill && (reason === null ? Number(after[5]) >= Number(endMs) : String(before) === String(after));
    }
    case "watch":
      return before[3] === null
        ? String(before.slice(0, 3)) === String(after.slice(0, 3))
        : String(before) === String(after);
    case "event":
    case "profile":
    case "contact":
      return String(before) === String(after);
    default:
      return table satisfies never;
  }
}
