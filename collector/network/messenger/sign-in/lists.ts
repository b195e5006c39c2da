/** Everyone on the lists, told by the connection itself or by the address book, as the dialect has it. */
import { lost } from "../errors.ts";
import type { ContactList } from "../lists/contact-list.ts";
import { RowsReader, syncParams } from "../lists/rows.ts";
import type { Attempt } from "./attempt.ts";

export interface ListsRead {
  /** The name the account shows, where the lists say it: from MSNP10 on. */
  ownName: string | undefined;
}

export function readLists(attempt: Attempt, lists: ContactList, done: (read: ListsRead) => void): void {
  attempt.part = "lists";
  if (attempt.dialect.lists === "address-book")
    return attempt.failToUnderstand(lost("address books are not there yet"));
  readRows(attempt, lists, done);
}

/**
 * `SYN`, MSNP2 to MSNP12: exactly once on a connection, and its answer whole before the first status; otherwise every
 * contact looks offline (protocol reference 2.7).
 */
function readRows(attempt: Attempt, lists: ContactList, done: (read: ListsRead) => void): void {
  const method = attempt.dialect.lists;
  const rows = new RowsReader(method, lists);
  const settle = () => {
    if (!rows.isComplete) return attempt.expect("SYN");
    // What belongs to the last row may still follow, up to whatever else is said.
    done({ ownName: rows.ownName });
  };
  attempt.reader = (frame) => {
    if (rows.isComplete) {
      if (frame.verb !== "BPR") attempt.reader = undefined;
      return frame.verb === "BPR" && rows.read(frame);
    }
    const isRow = rows.read(frame);
    if (isRow) settle();
    return isRow;
  };
  attempt.ask("SYN", syncParams(method), (reply) => {
    rows.read(reply);
    settle();
  });
}
