/** The team's history going on now: every account signed in again, a third of their contacts there. */
import { type Handle, openForWriting } from "../../../db/open.ts";
import type { Fact } from "../../../db/record/facts.ts";
import { HistoryWriter } from "../../../db/record/writer.ts";
import type { Status } from "../../../db/status.ts";
import { RAW, type World } from "../history/world.ts";

const PROVE_EVERY_MS = 5_000;

export class LiveTeam implements Disposable {
  readonly accounts: number;
  readonly contacts: number;
  readonly #db: Handle;
  readonly #writer: HistoryWriter;
  readonly #timer: NodeJS.Timeout;
  readonly #addresses: Map<number, string[]>;

  constructor(path: string, { accounts, contacts }: World) {
    this.accounts = accounts;
    this.contacts = accounts * contacts;
    this.#db = openForWriting(path);
    const nowMs = Date.now();
    this.#writer = new HistoryWriter(this.#db, nowMs, "0.0.0-bench");
    const rows = this.#db.prepare("SELECT account_id, address FROM contact ORDER BY id").raw().all() as [
      number,
      string,
    ][];
    this.#addresses = new Map(
      [...Map.groupBy(rows, ([accountId]) => accountId)].map(([id, own]) => [id, own.map(([, address]) => address)]),
    );
    for (const [accountId, watched] of this.#addresses) {
      const present = watched
        .filter((_, i) => i % 3 === 0)
        .map((address) => ({ address, status: "available" as const, raw: RAW.available }));
      this.#writer.append([
        { kind: "coverage-open", accountId, fromMs: nowMs, watched, present },
        { kind: "account-state", accountId, atMs: nowMs, state: "watching", detail: "" },
      ]);
    }
    this.#prove();
    this.#timer = setInterval(() => this.#prove(), PROVE_EVERY_MS);
  }

  /** Somebody changes; returns who, and when it was committed. */
  change(nth: number, status: Status): { contactId: number; committedMs: number } {
    const accountId = (nth % this.accounts) + 1;
    const own = this.#addresses.get(accountId) ?? [];
    const address = own[nth % own.length] as string;
    this.#writer.append([{ kind: "change", accountId, atMs: Date.now(), address, status, raw: RAW[status] }]);
    const committedMs = performance.now();
    const contactId = this.#db
      .prepare("SELECT id FROM contact WHERE account_id = ? AND address = ?")
      .pluck()
      .get(accountId, address) as number;
    return { contactId, committedMs };
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#db.close();
  }

  #prove(): void {
    const atMs = Date.now();
    const proofs = [...this.#addresses.keys()].map((accountId): Fact => ({ kind: "proof", accountId, atMs }));
    this.#writer.append([...proofs, { kind: "heartbeat", atMs }]);
  }
}
