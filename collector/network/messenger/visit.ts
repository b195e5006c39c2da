/**
 * What a session has once the server has let it in: the news it hears, the address book it keeps up with, and the
 * requests it makes. One for each connection that came so far; the session says when it is over.
 */
import { answerChallenge } from "./auth/challenge.ts";
import { BookWatch } from "./book-watch.ts";
import type { Said } from "./events.ts";
import { ContactList, type ListChange } from "./lists/contact-list.ts";
import type { Endpoint } from "./net/link.ts";
import { News } from "./news.ts";
import { Requests } from "./requests.ts";
import type { Attempt } from "./sign-in/attempt.ts";
import type { Frame } from "./wire/frame.ts";

export interface VisitEvents {
  /** What a chunk of bytes says. */
  tell(said: Said): void;
  /** What something else says, such as a web service: now. */
  tellNow(said: Said): void;
  /** `QNG {seconds}` */
  pong(seconds: string | undefined): void;
}

export class Visit {
  readonly #attempt: Attempt;
  readonly #server: Endpoint;
  readonly #events: VisitEvents;
  readonly #news: News;
  #lists = new ContactList();
  #book: BookWatch | undefined;
  #requests: Requests | undefined;
  #hasUnlistedMail = false;

  constructor(attempt: Attempt, server: Endpoint, events: VisitEvents) {
    const { dialect, options } = attempt;
    this.#attempt = attempt;
    this.#server = server;
    this.#events = events;
    this.#news = new News(
      { dialect, address: options.address, server },
      {
        tell: (said) => this.#tell(said),
        challenged: (challenge) => this.#answer(challenge),
        pong: events.pong,
        addressBookChanged: () => this.#book?.changed(),
        tooManyOfflineMessages: () => this.#findOfflineMessages(),
      },
    );
  }

  /** Only from the barrier on. */
  get requests(): Requests | undefined {
    return this.#requests;
  }

  hear(frame: Frame): void {
    this.#news.read(frame);
  }

  chunkIsOver(): void {
    this.#news.chunkIsOver();
  }

  /** The lists are here. `ownName`: what they call the account, if they say. */
  takeLists(lists: ContactList, ownName: string | undefined): void {
    const isFetched = this.#attempt.dialect.lists === "address-book";
    const tell = isFetched ? this.#events.tellNow : this.#events.tell;
    if (ownName !== undefined) tell({ kind: "own-name", name: ownName });
    tell({ kind: "lists", contacts: lists.contacts() });
    this.#lists = lists;
    this.#news.follow(lists);
    if (!isFetched) return;
    this.#book = new BookWatch(this.#attempt, lists, (changes) => this.#tellChanges(changes));
  }

  /** The barrier is passed with this status, and requests may be made. */
  open(status: string): void {
    const parts = { attempt: this.#attempt, server: this.#server, lists: this.#lists, status };
    this.#requests = new Requests(parts, {
      showsStatus: (code) => this.#events.tell({ kind: "own-presence", code }),
      showsName: (name) => this.#events.tell({ kind: "own-name", name }),
      hear: (frame) => this.#news.read(frame),
      changed: (changes) => this.#tellChanges(changes),
    });
    if (this.#hasUnlistedMail) this.#findOfflineMessages();
  }

  /** No requests are made any more; the news goes on. */
  close(why: string): void {
    this.#requests?.stop(why);
    this.#book?.stop();
  }

  #tell(said: Said): void {
    if (said.kind === "own-presence") this.#requests?.noteStatus(said.code);
    this.#events.tell(said);
  }

  #tellChanges(changes: readonly ListChange[]): void {
    for (const change of changes) this.#events.tellNow({ kind: "contact-changed", ...change });
  }

  /** `CHL n challenge`: a wrong answer, or none within 50 s, ends the session (protocol reference 2.14). */
  #answer(challenge: string): void {
    const { connection, dialect } = this.#attempt;
    const { productId, payload } = answerChallenge(dialect, challenge);
    connection.send("QRY", [productId], payload);
  }

  /** There are too many for the server to list; the mail service has them all. */
  #findOfflineMessages(): void {
    this.#hasUnlistedMail = this.#requests === undefined;
    this.#requests?.findOfflineMessages().then(
      (notices) => {
        if (notices.length > 0) this.#events.tellNow({ kind: "offline-messages", notices });
      },
      // They are announced again at the next sign-in.
      () => undefined,
    );
  }
}
