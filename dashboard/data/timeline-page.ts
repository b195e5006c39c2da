import "server-only";
import { listAccounts } from "../../db/history/accounts.ts";
import { findContact } from "../../db/history/contacts.ts";
import type { Handle } from "../../db/open.ts";
import { type AccountBoard, type Board, everyone } from "./board.ts";
import { finder } from "./board-search.ts";
import { knownStretches } from "./known-stretches.ts";
import { knownTimes } from "./known-times.ts";
import { ZOOM_FACTS } from "./timeline-address.ts";
import { shapeRow, type TimelineRow } from "./timeline-rows.ts";
import {
  chooseWindow,
  type TimelineTick,
  type TimelineWindow,
  timelineTicks,
  type WindowWords,
} from "./timeline-window.ts";

export interface TimelinePage {
  window: TimelineWindow;
  ticks: TimelineTick[];
  rows: TimelineRow[];
  /** Where knowledge ends. */
  horizonMs: number;
  /** Nobody was observed before. Undefined: nobody ever was. */
  firstMs: number | undefined;
  /** How many people there are in all pages, and the page that this is; the first is 1. */
  people: number;
  page: number;
  pages: number;
}

export interface TimelineAsked extends WindowWords {
  /** Whom it is about; nothing: everybody. */
  find: string;
  page: string | null;
}

/** Everybody who was on a list in the window, by name, with what they were in it. */
export async function readTimeline(
  db: Handle,
  board: Board,
  asked: TimelineAsked,
  { zone, nowMs }: { zone: string; nowMs: number },
): Promise<TimelinePage> {
  const { firstMs, horizonMs } = await knownTimes(db, await listAccounts(db, nowMs), nowMs);
  const window = chooseWindow(asked, { zone, horizonMs });
  const found = await peopleOf(db, board, asked.find, window.fromMs);
  const rowsAPage = ZOOM_FACTS[window.zoom].rows;
  const pages = Math.max(1, Math.ceil(found.length / rowsAPage));
  const page = Math.min(pages, /^[1-9]\d{0,5}$/.test(asked.page ?? "") ? Number(asked.page) : 1);
  const shown = found.slice((page - 1) * rowsAPage, page * rowsAPage);
  const known = await knownStretches(db, shown, window, nowMs);
  return {
    window,
    ticks: timelineTicks(window, zone),
    rows: shown.map((person) => shapeRow(person, known.get(person.id) ?? [], window.fromMs)),
    horizonMs,
    firstMs,
    people: found.length,
    page,
    pages,
  };
}

interface Listed {
  id: number;
  accountId: number;
  name: string;
  address: string;
}

/** By name, each once; of those who have left the lists, who left after the window began. */
async function peopleOf(db: Handle, board: Board, find: string, fromMs: number): Promise<Listed[]> {
  const isFound = finder(find);
  const listed: (Listed & { place: number })[] = [];
  for (const account of board.accounts) {
    const groups = groupsOf(account);
    const gone = new Set(account.gone.map(({ id }) => id));
    for (const { id, place, name, address } of everyone({ ...board, accounts: [account] })) {
      if (!isFound([name, address, ...(groups.get(id) ?? [])])) continue;
      if (gone.has(id) && ((await findContact(db, id))?.removedMs ?? 0) <= fromMs) continue;
      listed.push({ id, accountId: account.id, name, address, place });
    }
  }
  return listed.sort((a, b) => a.place - b.place).map(({ place: _, ...person }) => person);
}

function groupsOf({ groups }: AccountBoard): Map<number, string[]> {
  const of = new Map<number, string[]>();
  for (const { name, people } of groups) for (const { id } of people) of.set(id, [...(of.get(id) ?? []), name]);
  return of;
}
