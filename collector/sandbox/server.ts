/**
 * The sandbox's Messenger network: dispatch, notification and switchboard for MSNP2 to MSNP18, over links that somebody
 * else made (`listen.ts` with sockets, `virtual-link.ts` without). Accounts live in memory and begin anew with each
 * server.
 */
import type { Clock } from "../network/messenger/clock.ts";
import { DIALECTS } from "../network/messenger/dialects.ts";
import type { Endpoint, Link, LinkEvents } from "../network/messenger/net/link.ts";
import { type AccountSpec, addGroup, Directory, groupNamed } from "./directory.ts";
import { acceptDispatch } from "./dispatch.ts";
import { FaultLink } from "./fault-link.ts";
import { Faults, type Role } from "./faults.ts";
import type { Line } from "./line.ts";
import { ListKeeper } from "./list-keeper.ts";
import { NotificationConnection } from "./notification.ts";
import { Presence } from "./presence.ts";
import type { Endpoints } from "./referral.ts";
import { maintenanceWarning, offlineMessageNotice } from "./server-messages.ts";
import type { ServerParts } from "./server-parts.ts";
import { SwitchboardConnection } from "./switchboard.ts";
import { Switchboards } from "./switchboards.ts";
import { WebFaults } from "./web/faults.ts";
import { OfflineMessages } from "./web/offline.ts";
import type { WebParts } from "./web/services.ts";
import { TicketOffice } from "./web/tickets.ts";

const HOST = "127.0.0.1";
const USUAL_ENDPOINTS: Endpoints = {
  dispatch: { host: HOST, port: 1863 },
  notification: { host: HOST, port: 1864 },
  switchboard: { host: HOST, port: 1865 },
};

export interface SandboxOptions {
  clock: Clock;
  accounts: readonly AccountSpec[];
  /** The names of the dialects that are offered; all, unless given. */
  dialects?: readonly string[];
  /** Ask which client it is (`CHL`); no, unless given. */
  challenges?: boolean;
  tickets?: TicketOffice;
  faults?: Faults;
  webFaults?: WebFaults;
}

export class SandboxServer {
  readonly directory: Directory;
  readonly tickets: TicketOffice;
  readonly faults: Faults;
  readonly #parts: ServerParts;
  readonly #links = new Set<Link>();
  #endpoints = USUAL_ENDPOINTS;

  constructor(options: SandboxOptions) {
    const { clock, accounts, challenges = false } = options;
    this.directory = new Directory(accounts);
    this.tickets = options.tickets ?? new TicketOffice(clock);
    this.faults = options.faults ?? new Faults();
    const presence = new Presence(this.directory);
    const names = options.dialects?.map((name) => name.toUpperCase());
    this.#parts = {
      clock,
      dialects: names ? DIALECTS.filter(({ name }) => names.includes(name)) : DIALECTS,
      directory: this.directory,
      presence,
      keeper: new ListKeeper(this.directory, presence, clock),
      tickets: this.tickets,
      offline: new OfflineMessages(),
      webFaults: options.webFaults ?? new WebFaults(),
      switchboards: new Switchboards(clock, presence),
      faults: this.faults,
      challenges,
      leaveMessage: (to, message) => this.leaveMessage(to, message),
      endpoints: () => this.#endpoints,
    };
  }

  /** What the web services work with. */
  get web(): WebParts {
    return this.#parts;
  }

  /** `endpoints`: where clients reach all the servers; they are referred to these from now on. */
  acceptDispatch(link: Link, endpoints?: Endpoints): LinkEvents {
    return this.#accept("dispatch", link, endpoints, (one) => acceptDispatch(this.#parts, one));
  }

  acceptNotification(link: Link, endpoints?: Endpoints): LinkEvents {
    const accept = (one: Link) => new NotificationConnection(this.#parts, one).events();
    return this.#accept("notification", link, endpoints, accept);
  }

  acceptSwitchboard(link: Link, endpoints?: Endpoints): LinkEvents {
    const accept = (one: Link) => new SwitchboardConnection(this.#parts, one).events();
    return this.#accept("switchboard", link, endpoints, accept);
  }

  /** Opens an account while the server runs. */
  addAccount(spec: AccountSpec): void {
    this.directory.add(spec);
  }

  /**
   * Puts a contact on somebody's lists as if they had done it at another computer: a signed-in owner hears it with
   * transaction number 0. The contact's presence follows with their next change.
   */
  addContact(ownerAddress: string, contact: { address: string; groups: string[] }): void {
    const owner = this.directory.account(ownerAddress);
    const other = this.directory.account(contact.address);
    if (!owner || !other || owner === other) return;
    const groups = contact.groups.map((name) => groupNamed(owner, name) ?? addGroup(owner, name));
    for (const group of groups.length === 0 ? [0] : groups) this.#parts.keeper.watch(owner, other, group);
    this.#parts.keeper.add(owner, "AL", other.address);
  }

  /** The other way about. */
  removeContact(ownerAddress: string, address: string): void {
    const owner = this.directory.account(ownerAddress);
    const other = this.directory.account(address);
    if (!owner || !other) return;
    this.#parts.keeper.unwatch(owner, other.address);
    this.#parts.keeper.remove(owner, "AL", other.address);
  }

  /** Keeps a message for somebody, and announces it to those of their places that know of such messages. */
  leaveMessage(to: string, message: { from: string; fromName: string; text: string }): void {
    const kept = this.#parts.offline.leave(to, { ...message, sentMs: this.#parts.clock.nowMs() });
    for (const seat of this.#parts.presence.startedSeatsOf(to.toLowerCase())) {
      if (seat.dialect.number >= 11) seat.tell(offlineMessageNotice(kept));
    }
  }

  /** Says anything to all of somebody's places: what no client of ours would cause. */
  say(address: string, ...lines: Line[]): void {
    for (const seat of this.#parts.presence.seatsOf(address.toLowerCase())) seat.tell(...lines);
  }

  /** Sends somebody out of all their places, as another sign-in would. */
  kick(address: string, reason: "OTH" | "SSD" | `RCT ${number}` = "OTH"): void {
    for (const seat of this.#parts.presence.seatsOf(address.toLowerCase())) {
      seat.dismiss(reason);
      this.#parts.presence.leave(seat);
    }
  }

  /** Sends somebody's places to another notification server in mid-session. */
  migrate(address: string, to: Endpoint): void {
    for (const seat of this.#parts.presence.seatsOf(address.toLowerCase())) seat.refer(to);
  }

  /** Warns everyone that the server goes down in so many minutes. */
  announceMaintenance(inMinutes: number): void {
    for (const seat of this.#parts.presence.allSeats()) seat.tell(maintenanceWarning(inMinutes));
  }

  /** Every connection breaks without a word, as in a crash. The server itself goes on, and takes new ones. */
  crash(): void {
    for (const link of [...this.#links]) link.destroy();
  }

  /** Tells everyone that the server is going down, and closes. */
  stop(): void {
    this.#parts.presence.dismissAll();
  }

  #accept(role: Role, link: Link, endpoints: Endpoints | undefined, accept: (link: Link) => LinkEvents): LinkEvents {
    if (endpoints) this.#endpoints = endpoints;
    this.#links.add(link);
    const plan = this.faults.nextPlan(role);
    const faulty = plan && new FaultLink(link, this.#parts.clock, plan);
    const events = accept(faulty ?? link);
    const heard = faulty ? faulty.hearing(events) : events;
    return {
      connected: () => heard.connected(),
      data: (bytes) => heard.data(bytes),
      closed: (cause) => {
        this.#links.delete(link);
        heard.closed(cause);
      },
    };
  }
}
