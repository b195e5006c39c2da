/** A history told fact by fact through the real writer, into a file of the running test's own. */
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Handle, openForReading, openForWriting } from "../../../db/open.ts";
import type { CoverageEnd, Fact, Presence } from "../../../db/record/facts.ts";
import { HistoryWriter } from "../../../db/record/writer.ts";
import { putAccount } from "../../../db/settings/accounts.ts";
import type { Status } from "../../../db/status.ts";
import { tempFolder } from "../../helpers/temp.ts";

/** A fact about the story's account. */
type Told = Fact extends infer Each ? (Each extends { accountId: number } ? Omit<Each, "accountId"> : Each) : never;

export const RAW: Readonly<Record<Status, string>> = {
  offline: "FLN",
  available: "NLN",
  idle: "IDL",
  away: "AWY",
  "be-right-back": "BRB",
  "on-the-phone": "PHN",
  "out-to-lunch": "LUN",
  busy: "BSY",
  other: "XYZ",
};

export class Story {
  readonly folder = tempFolder();
  readonly path = join(this.folder, "rollcall.db");
  readonly db: Handle = openForWriting(this.path);
  readonly accountId: number;
  #writer: HistoryWriter;

  constructor(startedMs = 0) {
    putAccount(this.db, ACCOUNT, Buffer.from("sealed"), startedMs);
    this.accountId = this.db.prepare("SELECT id FROM account").pluck().get() as number;
    this.#writer = new HistoryWriter(this.db, startedMs, "0.0.0-test");
    onTestFinished(() => void this.db.close());
  }

  /** A handle that only reads, closed when the test is over. */
  read(): Handle {
    const reader = openForReading(this.path);
    onTestFinished(() => void reader.close());
    return reader;
  }

  /** Another life of the collector in the same file, after one that did not end. */
  startAgain(startedMs: number): void {
    this.#writer = new HistoryWriter(this.db, startedMs, "0.0.0-test");
  }

  end(endedMs: number): void {
    this.#writer.end(endedMs, "stopped");
  }

  /** What another hand has changed is seen by the writer. */
  heed(): void {
    this.#writer.heed();
  }

  tell(...facts: Told[]): number {
    return this.#writer.append(facts.map((fact) => ({ ...fact, accountId: this.accountId }) as Fact));
  }

  roster(atMs: number, ...names: string[]): void {
    this.tell({ kind: "roster", atMs, contacts: names.map((name) => contact(name)) });
  }

  /** Coverage begins with these people watched; those with a status are not offline. */
  open(fromMs: number, watched: string[], present: Partial<Record<string, Status>> = {}): void {
    const said = Object.entries(present).map(([name, status]) => presence(name, status as Status));
    this.tell({ kind: "coverage-open", fromMs, watched: watched.map(address), present: said });
  }

  change(atMs: number, name: string, status: Status): void {
    this.tell({ kind: "change", atMs, ...presence(name, status) });
  }

  prove(atMs: number): void {
    this.tell({ kind: "proof", atMs });
  }

  close(toMs: number, reason: CoverageEnd = "connection-lost"): void {
    this.tell({ kind: "coverage-close", toMs, reason });
  }

  contactId(name: string): number {
    return this.db.prepare("SELECT id FROM contact WHERE address = ?").pluck().get(address(name)) as number;
  }

  rows(sql: string): unknown[] {
    return this.db.prepare(sql).all();
  }
}

export const ACCOUNT = {
  network: "messenger",
  address: "me@example.com",
  host: "127.0.0.1",
  port: 1863,
  options: {},
};

export function address(name: string): string {
  return `${name}@example.com`;
}

export function contact(name: string, shown = name, groups: string[] = []) {
  return { address: address(name), displayAddress: address(name), name: shown, groups };
}

export function presence(name: string, status: Status): Presence {
  return { address: address(name), status, raw: RAW[status] };
}
