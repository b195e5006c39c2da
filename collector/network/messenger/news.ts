/**
 * What a notification server says by itself once we are signed in: presence, changes of the lists, messages of its own,
 * rings. Each frame becomes events in the order of the bytes; verbs that we do not know say nothing.
 *
 * Until the lists have been told, what concerns others is held back: a contact's presence must find the contact. The
 * account's own echo, which MSNP18 sends early, passes.
 */
import type { Dialect } from "./dialects.ts";
import type { Said } from "./events.ts";
import type { ContactList, ListChange } from "./lists/contact-list.ts";
import { readListNews } from "./lists/news.ts";
import type { Endpoint } from "./net/link.ts";
import { readNotice } from "./notices.ts";
import { readDetailsLine, readPresence } from "./presence/line.ts";
import { readRing } from "./rings.ts";
import type { Frame } from "./wire/frame.ts";

export interface NewsOptions {
  dialect: Dialect;
  /** Our own address. */
  address: string;
  /** Where the network is: it does not ring from this machine if it is elsewhere. */
  server: Endpoint;
}

export interface NewsEvents {
  tell(said: Said): void;
  /** `CHL n challenge`: wants an answer at once. */
  challenged(challenge: string): void;
  /** `QNG {seconds}` */
  pong(seconds: string | undefined): void;
  /** The address book was edited somewhere else. */
  addressBookChanged(): void;
  /** More messages were left for us than the server wants to list. */
  tooManyOfflineMessages(): void;
}

/** More than any list has; a server that says more before it is asked has lost its mind. */
const MAX_HELD = 10_000;
const PASSPORT = 1;

export class News {
  readonly #dialect: Dialect;
  /** Our own address, lower-cased. */
  readonly #me: string;
  readonly #server: Endpoint;
  readonly #events: NewsEvents;
  #lists: ContactList | undefined;
  /** What waits for the lists. */
  #held: Frame[] = [];

  constructor({ dialect, address, server }: NewsOptions, events: NewsEvents) {
    this.#dialect = dialect;
    this.#me = address.toLowerCase();
    this.#server = server;
    this.#events = events;
  }

  /** The lists have been told: what was held back follows. The same again takes over lists that have changed. */
  follow(lists: ContactList): void {
    this.#lists = lists;
    const held = this.#held;
    this.#held = [];
    for (const frame of held) this.read(frame);
  }

  read(frame: Frame): void {
    const { verb, params } = frame;
    switch (verb) {
      case "ILN":
      case "NLN":
      case "FLN":
        return this.#readPresence(frame);
      case "UBX":
        return this.#readDetails(frame);
      case "CHG":
        return this.#readOwnStatus(params);
      case "MSG":
        return this.#readMessage(frame);
      case "RNG":
        return this.#readRing(params);
      case "NOT":
        return this.#readNotification(frame);
      case "CHL":
        return this.#events.challenged(params[1] ?? "");
      case "QNG":
        return this.#events.pong(params[0]);
      default:
        return this.#readListNews(frame);
    }
  }

  /** All of a chunk has been read: however often a group was renamed in it, its people are told about once. */
  chunkIsOver(): void {
    if (this.#lists) this.#tellChanges(this.#lists.takeRegrouped());
  }

  #readPresence(frame: Frame): void {
    const said = readPresence(frame, this.#dialect.number);
    if (!said) return;
    if (said.kind === "presence" && said.address === this.#me && said.network === PASSPORT) {
      const { code, name } = said;
      return this.#events.tell({ kind: "own-presence", code, ...(name === undefined ? {} : { name }) });
    }
    if (!this.#lists) return this.#hold(frame);
    if (said.kind === "presence") this.#tellChanges(this.#lists.hearOf(said.address, said.network));
    this.#events.tell(said);
  }

  #readDetails(frame: Frame): void {
    const said = readDetailsLine(frame, this.#dialect.number);
    if (!said) return;
    const { address, network, details } = said;
    if (address === this.#me && network === PASSPORT) return this.#events.tell({ kind: "own-details", details });
    if (!this.#lists) return this.#hold(frame);
    this.#events.tell(said);
  }

  /** `CHG 0 IDL`: the server has changed our status by itself. */
  #readOwnStatus([, code]: readonly string[]): void {
    if (code !== undefined) this.#events.tell({ kind: "own-presence", code });
  }

  /** `MSG Hotmail Hotmail length`; anybody else's are not the server's. */
  #readMessage({ params, payload }: Frame): void {
    if (params[0] !== "Hotmail" || params[1] !== "Hotmail" || !payload) return;
    const said = readNotice(payload);
    if (said === "too-many-offline-messages") return this.#events.tooManyOfflineMessages();
    if (said) this.#events.tell(said);
  }

  #readRing(params: readonly string[]): void {
    const ring = readRing(params, this.#server);
    if (ring) this.#events.tell({ kind: "ring", ring });
  }

  #readNotification({ payload }: Frame): void {
    if (payload && Buffer.from(payload.buffer, payload.byteOffset, payload.length).includes("ABCHInternal")) {
      this.#events.addressBookChanged();
    }
  }

  #readListNews(frame: Frame): void {
    if (!LIST_NEWS.has(frame.verb)) return;
    if (!this.#lists) return this.#hold(frame);
    const news = readListNews(frame, this.#lists, this.#me);
    if (!news) return;
    this.#tellChanges(news.changes);
    if (news.ownName !== undefined) this.#events.tell({ kind: "own-name", name: news.ownName });
  }

  #tellChanges(changes: readonly ListChange[]): void {
    for (const change of changes) this.#events.tell({ kind: "contact-changed", ...change });
  }

  /** A payload may share memory with bytes that do not stay. */
  #hold({ verb, params, payload }: Frame): void {
    if (this.#held.length === MAX_HELD) return;
    this.#held.push({ verb, params, ...(payload ? { payload: Uint8Array.from(payload) } : {}) });
  }
}

const LIST_NEWS: ReadonlySet<string> = new Set("ADD ADC REM ADL RML ADG REG RMG REA PRP SBP BPR".split(" "));
