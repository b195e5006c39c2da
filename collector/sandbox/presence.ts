/**
 * Who is signed in, what each of them shows, and who has to be told (protocol reference 2.11). A person is shown to
 * everyone who has them on the forward list and whom they allow; hidden people are shown to nobody.
 */
import { encodeText } from "../network/messenger/wire/text.ts";
import { type Account, allows, type Directory } from "./directory.ts";

/** A signed-in connection, as the presence of others needs to know it. */
export interface Seat {
  readonly account: Account;
  tell(verb: string, ...params: (string | number)[]): void;
  /** Ends the connection with `OUT reason`. */
  dismiss(reason: "OTH" | "SSD"): void;
}

export class Presence {
  readonly #directory: Directory;
  readonly #seats = new Map<string, Seat>();
  /** The last CHG of each seat. Missing until the first one, which is what opens a session to presence. */
  readonly #codes = new Map<Seat, string>();

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  seatOf(address: string): Seat | undefined {
    return this.#seats.get(address);
  }

  /** One sign-in per account: whoever sits there already is sent out, and their contacts see them leave. */
  enter(seat: Seat): void {
    const before = this.#seats.get(seat.account.address);
    if (before) {
      before.dismiss("OTH");
      this.leave(before);
    }
    this.#seats.set(seat.account.address, seat);
  }

  /** Safe to call again, and for a seat that has been taken over. */
  leave(seat: Seat): void {
    if (this.#seats.get(seat.account.address) !== seat) return;
    const wasShown = this.#shown(seat.account.address) !== undefined;
    this.#seats.delete(seat.account.address);
    this.#codes.delete(seat);
    if (wasShown) this.#announce(seat.account);
  }

  /** Sends everybody out in order. */
  dismissAll(): void {
    for (const seat of [...this.#seats.values()]) seat.dismiss("SSD");
    this.#seats.clear();
    this.#codes.clear();
  }

  /** Takes a new status and tells the others; returns whether it was the first of this session. */
  change(seat: Seat, code: string): boolean {
    const { address } = seat.account;
    const isFirst = !this.#codes.has(seat);
    const before = this.#shown(address);
    this.#codes.set(seat, code);
    if (this.#shown(address) !== before) this.#announce(seat.account);
    return isFirst;
  }

  /** The new name travels with a repeat of the status. */
  rename(account: Account): void {
    if (this.#shown(account.address)) this.#announce(account);
  }

  /** What the viewer is shown of the contacts on their own forward list, for the ILN lines. */
  *snapshotFor(viewer: Account): Generator<{ account: Account; code: string }> {
    for (const address of viewer.forward.keys()) {
      const account = this.#directory.account(address);
      const code = account && this.#shownTo(account, viewer.address);
      if (account && code) yield { account, code };
    }
  }

  /** After an edit of the owner's allow or block list, or of BLP: tells one viewer how things stand now. */
  tellOne(owner: Account, viewer: string): void {
    if (!this.#shown(owner.address) || !this.#directory.watchersOf(owner.address).has(viewer)) return;
    this.#tell(owner, viewer);
  }

  #announce(subject: Account): void {
    for (const viewer of this.#directory.watchersOf(subject.address)) {
      if (allows(subject, viewer)) this.#tell(subject, viewer);
    }
  }

  #tell(subject: Account, viewer: string): void {
    const seat = this.#seats.get(viewer);
    // Before its first CHG a session hears nothing; the snapshot will say it all.
    if (!seat || !this.#codes.has(seat)) return;
    const code = this.#shownTo(subject, viewer);
    if (code) seat.tell("NLN", code, subject.address, encodeText(subject.name));
    else seat.tell("FLN", subject.address);
  }

  #shownTo(subject: Account, viewer: string): string | undefined {
    return allows(subject, viewer) ? this.#shown(subject.address) : undefined;
  }

  /** The status that others see; nothing for signed out, hidden, and signed in without a CHG. */
  #shown(address: string): string | undefined {
    const seat = this.#seats.get(address);
    const code = seat && this.#codes.get(seat);
    return code === "HDN" ? undefined : code;
  }
}
