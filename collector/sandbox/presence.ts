/**
 * Who is signed in and where, what each of them shows, and who has to be told (protocol reference 2.11). A person is
 * shown to everyone who has them on the forward list and whom they allow; hidden people are shown to nobody.
 *
 * An account shows one status, the last that any of its places set. From MSNP16 on it may be signed in at several
 * places, each with a machine GUID of its own; otherwise the newest sign-in sends the older ones out.
 */
import type { Dialect } from "../network/messenger/dialects.ts";
import type { Endpoint } from "../network/messenger/net/link.ts";
import type { Place, Told } from "./details.ts";
import { type Account, allows, type Directory } from "./directory.ts";
import type { Line } from "./line.ts";
import { changeLine, detailsLines, offlineLine, type Shown, snapshotLine } from "./presence-lines.ts";

/** Where an account is signed in: one connection, as the presence of others needs to know it. */
export interface Seat {
  readonly account: Account;
  readonly dialect: Dialect;
  /** The machine's GUID, lower-case in braces. Missing below MSNP16. */
  readonly place: string | undefined;
  tell(...lines: Line[]): void;
  /** Ends the connection with `OUT reason`. */
  dismiss(reason: "OTH" | "SSD" | `RCT ${number}`): void;
  /** Sends the client to another notification server in mid-session; it closes by itself. */
  refer(there: Endpoint): void;
}

/** What a client said in `CHG`. */
export interface Chosen {
  code: string;
  capabilities: string;
  picture: string | undefined;
}

/** What was changed, and so who has to be told. */
type News =
  /** Status, name, picture, capabilities: everybody. */
  | "presence"
  /** What `UBX` says since MSNP11. */
  | "details"
  /** What it says since MSNP16. */
  | "places";

interface Standing {
  readonly account: Account;
  /** In the order of their sign-ins. */
  readonly seats: Map<Seat, SeatState>;
  chosen: Chosen | undefined;
}

interface SeatState {
  /** After the seat's first CHG, which is what opens a session to presence. */
  isStarted: boolean;
  place: Omit<Place, "id" | "capabilities">;
  /** Missing until the client says them. */
  capabilities: string | undefined;
}

export class Presence {
  readonly #directory: Directory;
  readonly #standings = new Map<string, Standing>();

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  seatsOf(address: string): Seat[] {
    return [...(this.#standings.get(address)?.seats.keys() ?? [])];
  }

  /** The seats that hear presence and can be rung. */
  startedSeatsOf(address: string): Seat[] {
    const seats = this.#standings.get(address)?.seats ?? new Map<Seat, SeatState>();
    return [...seats].filter(([, { isStarted }]) => isStarted).map(([seat]) => seat);
  }

  *allSeats(): Generator<Seat> {
    for (const { seats } of [...this.#standings.values()]) yield* [...seats.keys()];
  }

  /** Sends everybody out in order. */
  dismissAll(): void {
    for (const seat of this.allSeats()) seat.dismiss("SSD");
    this.#standings.clear();
  }

  isStarted(seat: Seat): boolean {
    return this.#standings.get(seat.account.address)?.seats.get(seat)?.isStarted ?? false;
  }

  isHidden(address: string): boolean {
    return this.#standings.get(address)?.chosen?.code === "HDN";
  }

  /** What the account's clients said they can do, for switchboards. */
  capabilitiesOf(address: string): string {
    return this.#standings.get(address)?.chosen?.capabilities ?? "0";
  }

  /** Sends out whoever cannot be signed in at the same time; their contacts see them leave. */
  enter(seat: Seat): void {
    const { account } = seat;
    const standing = this.#standings.get(account.address) ?? { account, seats: new Map(), chosen: undefined };
    this.#standings.set(account.address, standing);
    const leaving = [...standing.seats.keys()].filter((other) => !canCoexist(other, seat));
    for (const other of leaving) other.dismiss("OTH");
    const wasShown = this.#shown(account) !== undefined;
    for (const other of leaving) standing.seats.delete(other);
    standing.seats.set(seat, newSeatState());
    if (leaving.length > 0) this.#departed(standing, wasShown);
  }

  /** Safe to call again, and for a seat that has been taken over. */
  leave(seat: Seat): void {
    const standing = this.#standings.get(seat.account.address);
    if (!standing?.seats.has(seat)) return;
    const wasShown = this.#shown(seat.account) !== undefined;
    standing.seats.delete(seat);
    this.#departed(standing, wasShown);
    if (standing.seats.size === 0) this.#standings.delete(seat.account.address);
  }

  /** Takes a new status and tells the others; returns whether it was the first at this seat. */
  change(seat: Seat, chosen: Chosen): boolean {
    const { account } = seat;
    const standing = this.#standings.get(account.address);
    const state = standing?.seats.get(seat);
    if (!standing || !state) return false;
    const isFirst = !state.isStarted;
    const before = this.#shown(account);
    state.isStarted = true;
    state.capabilities = chosen.capabilities;
    standing.chosen = chosen;
    const after = this.#shown(account);
    if (!isSame(before, after)) this.#announce(account, "presence");
    else if (isFirst) this.#announce(account, "places");
    return isFirst;
  }

  /** What a client says about itself and its user in `UUX`. */
  tellDetails(seat: Seat, { details, place }: Told): void {
    const { account } = seat;
    const state = this.#standings.get(account.address)?.seats.get(seat);
    if (!state) return;
    const before = { details: account.details, places: this.#placesXml(account) };
    account.details = { ...account.details, ...details };
    const { capabilities, ...rest } = place;
    state.place = { ...state.place, ...rest };
    if (capabilities !== undefined) state.capabilities = capabilities;
    if (JSON.stringify(before.details) !== JSON.stringify(account.details)) this.#announce(account, "details");
    else if (before.places !== this.#placesXml(account)) this.#announce(account, "places");
  }

  /** The new name travels with a repeat of the status. The other places hear it too, the one that said it does not. */
  rename(account: Account, by?: Seat): void {
    if (this.#shown(account)) this.#announce(account, "presence");
    this.tellOwn(account, by);
  }

  /** From MSNP16 on people are told what they show themselves, at each of their places. */
  tellOwn(account: Account, except?: Seat): void {
    const standing = this.#standings.get(account.address);
    if (!standing?.chosen) return;
    const own = { ...shownOf(standing, standing.chosen) };
    for (const seat of this.startedSeatsOf(account.address)) {
      if (seat === except || seat.dialect.number < 16) continue;
      seat.tell(changeLine(seat.dialect, own), ...detailsLines(seat.dialect, own, true));
    }
  }

  /** What the viewer is shown of the contacts on their own forward list. */
  *snapshotFor(viewer: Seat, trid: string): Generator<Line> {
    for (const address of viewer.account.forward.keys()) yield* this.snapshotOf(viewer, address, trid);
  }

  /** The same of one contact; nothing when they are offline or hidden. */
  *snapshotOf(viewer: Seat, address: string, trid: string): Generator<Line> {
    const account = this.#directory.account(address);
    const shown = account && this.#shownTo(account, viewer.account.address);
    if (!shown) return;
    yield snapshotLine(viewer.dialect, trid, shown);
    yield* detailsLines(viewer.dialect, shown);
  }

  isShownTo(owner: Account, viewer: string): boolean {
    return this.#shownTo(owner, viewer) !== undefined;
  }

  /** After an edit of the owner's allow or block list, or of BLP: tells one viewer how things stand now. */
  tellOne(owner: Account, viewer: string): void {
    if (!this.#shown(owner) || !this.#directory.watchersOf(owner.address).has(viewer)) return;
    this.#tell(owner, viewer, "presence");
  }

  /** Somebody has left: the last place is told as FLN, any other as a change of the places. */
  #departed(standing: Standing, wasShown: boolean): void {
    const { account } = standing;
    if (this.#shown(account)) {
      this.#announce(account, "places");
    } else if (wasShown) {
      this.#announce(account, "presence");
    }
    if (this.startedSeatsOf(account.address).length === 0) standing.chosen = undefined;
    else this.tellOwn(account);
  }

  #announce(subject: Account, news: News): void {
    for (const viewer of this.#directory.watchersOf(subject.address)) {
      if (allows(subject, viewer)) this.#tell(subject, viewer, news);
    }
  }

  #tell(subject: Account, viewer: string, news: News): void {
    // Before its first CHG a session hears nothing; the snapshot will say it all.
    const seats = this.startedSeatsOf(viewer);
    if (seats.length === 0) return;
    const shown = this.#shownTo(subject, viewer);
    for (const seat of seats) {
      if (shown) seat.tell(...newsLines(seat.dialect, shown, news));
      else if (news === "presence") seat.tell(offlineLine(seat.dialect, subject.address));
    }
  }

  #shownTo(subject: Account, viewer: string): Shown | undefined {
    return allows(subject, viewer) ? this.#shown(subject) : undefined;
  }

  /** What others see; nothing for signed out, hidden, and signed in without a CHG. */
  #shown(account: Account): Shown | undefined {
    const standing = this.#standings.get(account.address);
    if (!standing?.chosen || standing.chosen.code === "HDN") return undefined;
    for (const { isStarted } of standing.seats.values()) if (isStarted) return shownOf(standing, standing.chosen);
    return undefined;
  }

  #placesXml(account: Account): string {
    const standing = this.#standings.get(account.address);
    return JSON.stringify(standing && placesOf(standing));
  }
}

function newSeatState(): SeatState {
  const place = { epName: "", isIdle: false, clientType: "", state: "" };
  return { isStarted: false, place, capabilities: undefined };
}

function canCoexist(one: Seat, other: Seat): boolean {
  return one.place !== undefined && other.place !== undefined && one.place !== other.place;
}

function shownOf(standing: Standing, { code, capabilities, picture }: Chosen): Shown {
  const { address, name, details } = standing.account;
  return { address, name, details, code, capabilities, picture, places: placesOf(standing) };
}

function placesOf({ seats, chosen }: Standing): Place[] {
  // A place that has not said what it can do is taken to be like the others (msnp16-signed-in-elsewhere).
  const usual = `${chosen?.capabilities.split(":")[0] ?? 0}:0`;
  return [...seats].flatMap(([{ place: id }, { place, capabilities }]) =>
    id === undefined ? [] : [{ id, ...place, capabilities: capabilities ?? usual }],
  );
}

function isSame(before: Shown | undefined, after: Shown | undefined): boolean {
  if (!before || !after) return before === after;
  return before.code === after.code && before.capabilities === after.capabilities && before.picture === after.picture;
}

function newsLines(dialect: Dialect, shown: Shown, news: News): Line[] {
  const withDetails = dialect.number >= 16 ? detailsLines(dialect, shown) : [];
  switch (news) {
    case "presence":
      // Below MSNP16 details come with the snapshot and when they change, not with a status (msnp13-switchboard).
      return [changeLine(dialect, shown), ...withDetails];
    case "details":
      return detailsLines(dialect, shown);
    case "places":
      return withDetails;
    default:
      return news satisfies never;
  }
}
