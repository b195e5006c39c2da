/** Everyone on the lists, told by the connection itself or by the address book, as the dialect has it. */
import { AddressBookLists, type FetchedLists } from "../lists/address-book-lists.ts";
import { ContactList } from "../lists/contact-list.ts";
import { RowsReader, syncParams } from "../lists/rows.ts";
import { announceLists } from "./announce-lists.ts";
import type { Attempt } from "./attempt.ts";
import { ticketsFor } from "./ticket.ts";

const FIRST_WITH_PAGES = 16;

export interface ListsRead {
  lists: ContactList;
  /** The name the account shows, where the lists say it: from MSNP10 on. */
  ownName: string | undefined;
}

export function readLists(attempt: Attempt, done: (read: ListsRead) => void): void {
  attempt.part = "lists";
  if (attempt.dialect.lists === "address-book") readServices(attempt, done);
  else readRows(attempt, done);
}

/**
 * `SYN`, MSNP2 to MSNP12: exactly once on a connection, and its answer whole before the first status; otherwise every
 * contact looks offline (protocol reference 2.7).
 */
function readRows(attempt: Attempt, done: (read: ListsRead) => void): void {
  const method = attempt.dialect.lists;
  const lists = new ContactList();
  const rows = new RowsReader(method, lists);
  const settle = () => {
    if (rows.isComplete) done({ lists, ownName: rows.ownName });
    else attempt.expect("SYN");
  };
  attempt.reader = (frame) => {
    // What belongs to the last row may still follow it.
    const isBelated = rows.isComplete && frame.verb === "BPR";
    if (rows.isComplete && !isBelated) attempt.reader = undefined;
    const isRow = attempt.reader !== undefined && rows.read(frame);
    if (isRow && !isBelated) settle();
    return isRow;
  };
  attempt.ask("SYN", syncParams(method), (reply) => {
    rows.read(reply);
    settle();
  });
}

/**
 * MSNP13 on: two web services say who is on the lists, and we say it to the server (protocol reference 2.13). Other
 * clients send `BLP AL` at each sign-in as well, which lets strangers see an account that had shut them out; presence
 * does not need it, and the account's privacy is not ours to change.
 */
function readServices(attempt: Attempt, done: (read: ListsRead) => void): void {
  attempt.use(
    "addressBook",
    (signal) => fetchLists(attempt, signal),
    ({ list: lists, ownName }) => announceLists(attempt, lists, () => done({ lists, ownName })),
  );
}

/** What the services say, in the sign-in and whenever it has changed. Throws as they do. */
export function fetchLists(attempt: Attempt, signal: AbortSignal): Promise<FetchedLists> {
  const { options, dialect } = attempt;
  const isPaged = dialect.number >= FIRST_WITH_PAGES;
  return bookOf(attempt).fetch({ ownAddress: options.address, isPaged, signal });
}

/** The services that know the lists; they remember at which hosts they want to be asked. */
export function bookOf(attempt: Attempt): AddressBookLists {
  const { http } = attempt.parts;
  const { services } = attempt.options;
  attempt.book ??= new AddressBookLists({ http, services, tickets: ticketsFor(attempt) });
  return attempt.book as AddressBookLists;
}
