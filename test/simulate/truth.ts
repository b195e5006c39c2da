/**
 * The world's own timeline: what each contact is to each recorded account, from when to when, as the server would say if
 * asked at that very instant.
 */
import { dialectNamed } from "../../collector/network/messenger/dialects.ts";
import type { Clock } from "../../collector/network/network.ts";
import type { Seat } from "../../collector/sandbox/presence.ts";
import type { SandboxServer } from "../../collector/sandbox/server.ts";

/** From `atMs` on; `code` is the network's own word. */
export interface Truth {
  atMs: number;
  code: string;
  isListed: boolean;
}

export class Truths {
  readonly #world: Clock;
  readonly #server: SandboxServer;
  readonly #seats: Seat[];
  /** By viewer, then by contact. */
  readonly #lines = new Map<string, Map<string, Truth[]>>();

  constructor(world: Clock, server: SandboxServer, viewers: readonly string[]) {
    this.#world = world;
    this.#server = server;
    this.#seats = viewers.map((address) => seatOf(server, address));
    for (const viewer of viewers) this.#lines.set(viewer, new Map());
  }

  /** Oldest first; the first one holds from the beginning of the world. */
  of(viewer: string, contact: string): readonly Truth[] {
    return this.#lines.get(viewer)?.get(contact) ?? [];
  }

  contactsOf(viewer: string): string[] {
    return [...(this.#lines.get(viewer)?.keys() ?? [])];
  }

  /** To be called whenever anything may have changed. */
  look(): void {
    const atMs = this.#world.nowMs();
    for (const seat of this.#seats) {
      const lines = this.#lines.get(seat.account.address) as Map<string, Truth[]>;
      for (const contact of seat.account.forward.keys()) if (!lines.has(contact)) lines.set(contact, []);
      for (const [contact, line] of lines) {
        const isListed = seat.account.forward.has(contact);
        const [shown] = this.#server.web.presence.snapshotOf(seat, contact, "0");
        const code = String(shown?.params[1] ?? "FLN");
        const last = line.at(-1);
        if (last?.code === code && last.isListed === isListed) continue;
        if (last?.atMs === atMs) line.pop();
        line.push({ atMs, code, isListed });
      }
    }
  }
}

/** Somebody who only looks. */
function seatOf(server: SandboxServer, address: string): Seat {
  const account = server.directory.account(address);
  const dialect = dialectNamed("MSNP7");
  if (!account || !dialect) throw new Error(`there is no account ${address} in this world`);
  const nothing = () => undefined;
  return { account, dialect, place: undefined, tell: nothing, dismiss: nothing, refer: nothing };
}
