/**
 * The sandbox's Messenger network: dispatch and notification for MSNP2 to MSNP7, over links that somebody else made
 * (`listen.ts` with sockets, `virtual-link.ts` without). Accounts live in memory and begin anew with each server.
 */
import type { Endpoint, Link, LinkEvents } from "../network/messenger/net/link.ts";
import { encodeText } from "../network/messenger/wire/text.ts";
import type { Clock } from "../network/network.ts";
import { type AccountSpec, Directory } from "./directory.ts";
import { acceptDispatch } from "./dispatch.ts";
import { NotificationConnection } from "./notification.ts";
import { Presence } from "./presence.ts";

export class SandboxServer {
  readonly #clock: Clock;
  readonly #directory: Directory;
  readonly #presence: Presence;

  constructor(deps: { clock: Clock; accounts: readonly AccountSpec[] }) {
    this.#clock = deps.clock;
    this.#directory = new Directory(deps.accounts);
    this.#presence = new Presence(this.#directory);
  }

  /** `own` is where the link was made to, `notification` where it is sent on to. */
  acceptDispatch(link: Link, own: Endpoint, notification: Endpoint): LinkEvents {
    return acceptDispatch(link, own, notification);
  }

  acceptNotification(link: Link): LinkEvents {
    return new NotificationConnection(this.#clock, this.#directory, this.#presence, link).events();
  }

  /** Opens an account while the server runs. */
  addAccount(spec: AccountSpec): void {
    this.#directory.add(spec);
  }

  /**
   * Puts a contact on somebody's lists as if they had done it at another computer: a signed-in owner hears it with
   * transaction number 0. The contact's presence follows with their next change.
   */
  addContact(ownerAddress: string, contact: { address: string; groups: string[] }): void {
    const owner = this.#directory.account(ownerAddress);
    const other = this.#directory.account(contact.address);
    if (!owner || !other || !this.#directory.befriend(ownerAddress, contact)) return;
    const name = encodeText(other.name);
    const seat = this.#presence.seatOf(owner.address);
    for (const group of owner.forward.get(other.address) ?? []) {
      owner.serial += 1;
      seat?.tell("ADD", 0, "FL", owner.serial, other.address, name, group);
    }
    owner.serial += 1;
    seat?.tell("ADD", 0, "AL", owner.serial, other.address, name);
    other.serial += 1;
    this.#presence.seatOf(other.address)?.tell("ADD", 0, "RL", other.serial, owner.address, encodeText(owner.name));
  }

  /** Tells everyone that the server is going down, and closes. */
  stop(): void {
    this.#presence.dismissAll();
  }
}
