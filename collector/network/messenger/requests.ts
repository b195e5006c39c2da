/** What can be asked of a server in mid-session, each at the pace that it bears (protocol reference 5.22). */
import type { Dialect } from "./dialects.ts";
import { RequestRefused, refusal } from "./errors.ts";
import type { OfflineMessageNotice, SwitchboardTicket } from "./events.ts";
import { editLists } from "./list-edits.ts";
import type { ContactList, ListChange } from "./lists/contact-list.ts";
import type { ListEdit } from "./lists/edits.ts";
import { isError } from "./net/connection.ts";
import type { Endpoint } from "./net/link.ts";
import { Throttle } from "./net/throttle.ts";
import { type SendValue, ShownValue } from "./own-state.ts";
import { dataPayload } from "./presence/own-details.ts";
import { readTicket } from "./rings.ts";
import type { EditedContact, OwnStatus, PersonalMessage, RequestOptions } from "./session-api.ts";
import type { Attempt } from "./sign-in/attempt.ts";
import { statusParams } from "./sign-in/status.ts";
import { ticketsFor } from "./sign-in/ticket.ts";
import {
  deleteOfflineMessages,
  findOfflineMessages,
  type OfflineMessage,
  type OfflineParts,
  readOfflineMessages,
} from "./soap/offline-messages.ts";
import type { Frame } from "./wire/frame.ts";
import { encodeText, quoteText } from "./wire/text.ts";

const ANSWER_MS = 60_000;
const SWITCHBOARD_DISTANCE_MS = 7_600;
/** Protocol reference 1.6: a longer name, encoded, costs the connection. */
const MAX_NAME_BYTES = 387;
const FIRST_WITH_PRP_NAME = 10;
const FIRST_WITH_PERSONAL_MESSAGE = 11;
const FIRST_WITH_OFFLINE_MESSAGES = 11;

export interface RequestParts {
  attempt: Attempt;
  /** Where the network is. */
  server: Endpoint;
  lists: ContactList;
  /** What the account shows. */
  status: string;
}

export interface RequestEvents {
  /** The server has taken over a change of ours. */
  showsStatus(code: string): void;
  showsName(name: string): void;
  /** An answer that says what has become of the lists, as news about them does. */
  hear(frame: Frame): void;
  changed(changes: readonly ListChange[]): void;
}

export class Requests {
  readonly #attempt: Attempt;
  readonly #server: Endpoint;
  readonly #lists: ContactList;
  readonly #events: RequestEvents;
  readonly #status: ShownValue;
  /** Most accounts never change these; they are made when somebody does. */
  #name: ShownValue | undefined;
  #message: ShownValue | undefined;
  #switchboards: Throttle | undefined;
  /** Who waits for an answer that would never come if the session were over. */
  readonly #callers = new Set<(reason: Error) => void>();
  #over: AbortController | undefined;

  constructor({ attempt, server, lists, status }: RequestParts, events: RequestEvents) {
    this.#attempt = attempt;
    this.#server = server;
    this.#lists = lists;
    this.#events = events;
    this.#status = new ShownValue(attempt.parts.clock, "changing the status", this.#sendStatus);
    this.#status.noteShown(status);
  }

  /** The server says what the account shows, whoever wanted it so. */
  noteStatus(code: string): void {
    this.#status.noteShown(code);
  }

  changeStatus(code: OwnStatus, { signal }: RequestOptions): Promise<void> {
    return this.#status.change(code, signal);
  }

  changeName(name: string, { signal }: RequestOptions): Promise<void> {
    const token = encodeText(name);
    if (name === "" || token.length > MAX_NAME_BYTES) {
      const message = `a name is 1 to ${MAX_NAME_BYTES} bytes long when it is encoded, not ${token.length}`;
      return Promise.reject(new RequestRefused("bad-name", message));
    }
    this.#name ??= new ShownValue(this.#attempt.parts.clock, "changing the name", this.#sendName);
    return this.#name.change(name, signal);
  }

  changePersonalMessage({ text, media }: PersonalMessage, { signal }: RequestOptions): Promise<void> {
    const { dialect, parts } = this.#attempt;
    if (dialect.number < FIRST_WITH_PERSONAL_MESSAGE) return Promise.reject(notIn(dialect, "personal messages"));
    this.#message ??= new ShownValue(parts.clock, "changing the personal message", this.#sendMessage);
    return this.#message.change(dataPayload(text, media).toString("utf8"), signal);
  }

  editContact(edit: ListEdit, person: EditedContact, { signal }: RequestOptions): Promise<void> {
    return this.#untilOver(
      (until) =>
        editLists(edit, person, {
          attempt: this.#attempt,
          lists: this.#lists,
          hear: this.#events.hear,
          changed: this.#events.changed,
          signal: until,
        }),
      signal,
    );
  }

  /** `XFR n SB` */
  requestSwitchboard({ signal }: RequestOptions): Promise<SwitchboardTicket> {
    this.#switchboards ??= new Throttle(this.#attempt.parts.clock, SWITCHBOARD_DISTANCE_MS);
    const throttle = this.#switchboards;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const settle = (how: () => void) => {
        leave();
        signal?.removeEventListener("abort", aborted);
        this.#callers.delete(failed);
        how();
      };
      const failed = (reason: Error) => settle(() => reject(reason));
      const aborted = () => settle(() => reject(signal?.reason));
      const leave = throttle.run(() => {
        this.#ask("XFR", ["SB"], (reply) => settle(() => this.#readSwitchboard(reply, resolve, reject)));
      });
      this.#callers.add(failed);
      signal?.addEventListener("abort", aborted);
    });
  }

  /** All that wait, for when the server does not list them. */
  findOfflineMessages(): Promise<OfflineMessageNotice[]> {
    return this.#mail((parts, signal) => findOfflineMessages(parts, signal));
  }

  readOfflineMessages(ids: readonly string[], { signal }: RequestOptions): Promise<OfflineMessage[]> {
    return this.#mail((parts, until) => readOfflineMessages(parts, ids, until), signal);
  }

  deleteOfflineMessages(ids: readonly string[], { signal }: RequestOptions): Promise<void> {
    return this.#mail((parts, until) => deleteOfflineMessages(parts, ids, until), signal);
  }

  /** Nothing more is sent, and whoever waits is told why. */
  stop(why: string): void {
    const reason = () => new RequestRefused("session-over", why);
    for (const value of [this.#status, this.#name, this.#message]) value?.stop(reason);
    this.#switchboards?.stop();
    for (const failed of [...this.#callers]) failed(reason());
    this.#over?.abort(reason());
  }

  #readSwitchboard(
    reply: Frame | undefined,
    resolve: (ticket: SwitchboardTicket) => void,
    reject: (error: RequestRefused) => void,
  ): void {
    const doing = "opening a conversation";
    if (!reply) return reject(new RequestRefused("no-answer", `${doing}: the server did not answer`));
    if (isError(reply)) return reject(refusal(reply.verb, doing));
    const ticket = readTicket(reply.params, this.#server);
    if (ticket) return resolve(ticket);
    const said = quoteText(reply.params.slice(1, 3).join(" "));
    reject(new RequestRefused("bad-answer", `${doing}: the server sent us to ${said}`));
  }

  #mail<T>(ask: (parts: OfflineParts, signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { dialect, options, parts } = this.#attempt;
    if (dialect.number < FIRST_WITH_OFFLINE_MESSAGES) return Promise.reject(notIn(dialect, "offline messages"));
    const services = { http: parts.http, services: options.services, tickets: ticketsFor(this.#attempt) };
    return this.#untilOver((until) => ask(services, until), signal);
  }

  /** Ends with the session, whatever it waits for. */
  #untilOver<T>(work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    this.#over ??= new AbortController();
    return work(signal ? AbortSignal.any([signal, this.#over.signal]) : this.#over.signal);
  }

  readonly #sendStatus: SendValue = (code, answer) => {
    this.#ask("CHG", statusParams(this.#attempt, code), (reply) => {
      if (reply && !isError(reply)) this.#events.showsStatus(reply.params[1] ?? code);
      answer(reply);
    });
  };

  /** `PRP n MFN name`; before MSNP10 `REA n address name`. */
  readonly #sendName: SendValue = (name, answer) => {
    const { dialect, options } = this.#attempt;
    const [verb, what] = dialect.number < FIRST_WITH_PRP_NAME ? ["REA", options.address] : ["PRP", "MFN"];
    this.#ask(verb, [what, encodeText(name)], (reply) => {
      if (reply && !isError(reply)) this.#events.showsName(name);
      answer(reply);
    });
  };

  readonly #sendMessage: SendValue = (xml, answer) => this.#ask("UUX", [], answer, Buffer.from(xml, "utf8"));

  #ask(
    verb: string,
    params: readonly string[],
    answer: (reply: Frame | undefined) => void,
    payload?: Uint8Array,
  ): void {
    this.#attempt.connection.ask({ verb, params, answer, withinMs: ANSWER_MS, ...(payload ? { payload } : {}) });
  }
}

function notIn({ name }: Dialect, what: string): RequestRefused {
  return new RequestRefused("not-in-dialect", `there are no ${what} in ${name}: they came with MSNP11`);
}
