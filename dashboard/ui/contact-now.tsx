"use client";
import { useEffect, useRef } from "react";
import { isAround } from "../../db/status.ts";
import { type Board, everyone, isObserved, type Person, type Seen } from "../data/board.ts";
import { agoWords } from "../data/durations.ts";
import { seenTitle, seenWords } from "../data/seen-words.ts";
import { AccountHead } from "./account-head.tsx";
import { useLiveBoard } from "./live-board.ts";
import { ConnectionNotice, LivePill, Notice } from "./live-pill.tsx";
import { useRedraw } from "./redraw.ts";
import { StatusWord, sinceTitle, sinceWords } from "./state-words.tsx";
import { StatusGlyph } from "./status-glyph.tsx";

interface Props {
  board: Board;
  /** When they were last there, as of when the page was drawn. */
  seen: Seen;
  contactId: number;
  accountId: number;
  zone: string;
  search: string;
}

/** While nothing changes, the charts below still grow by this much at a time. */
const REDRAW_EVERY_MS = 60_000;

/** The contact's state now, followed live; when it changes, the charts below are drawn afresh. */
export function ContactNow({ board: first, seen, contactId, accountId, zone, search }: Props) {
  const { board, connection, nowMs, trouble } = useLiveBoard({ board: first, details: {} }, search, contactId);
  const person = everyone(board).find(({ id }) => id === contactId);
  const account = board.accounts.find(({ id }) => id === accountId);
  useRedrawOf(`${person?.status} ${person?.sinceMs}`);
  const isOld = connection === "lost" || connection === "signed-out" || trouble !== undefined;
  return (
    <div className="mt-3">
      <div className={`flex flex-wrap items-center justify-between gap-x-6 gap-y-3 ${isOld ? "grayscale" : ""}`}>
        {person && (
          <Now person={person} seen={seen} confirmedMs={account?.confirmedMs ?? null} nowMs={nowMs} zone={zone} />
        )}
        <LivePill connection={connection} isObserved={isObserved(board)} nowMs={nowMs} zone={zone} />
      </div>
      <ConnectionNotice connection={connection} />
      {trouble && <Notice>The history cannot be read just now: {trouble}</Notice>}
      {account && account.coveredSinceMs === null && (
        <div className="mt-4">
          <AccountHead account={account} collector={board.collector} nowMs={nowMs} zone={zone} />
        </div>
      )}
    </div>
  );
}

interface NowProps {
  person: Person;
  seen: Seen;
  confirmedMs: number | null;
  nowMs: number;
  zone: string;
}

export function Now({ person, seen, confirmedMs, nowMs, zone }: NowProps) {
  const since = sinceWords(person, nowMs);
  return (
    <p className="flex flex-wrap items-center gap-x-2.5 text-[17px]" data-status={person.status} data-testid="state">
      <StatusGlyph status={person.status} size={18} />
      <strong className="font-semibold">
        <StatusWord person={person} />
      </strong>
      {since && (
        <span className="text-soft">
          for {since}, {sinceTitle(person, nowMs, zone)}
        </span>
      )}
      {since && confirmedMs !== null && (
        <span className="text-sm text-soft">· confirmed {agoWords(nowMs - confirmedMs)}</span>
      )}
      {!isAround(person.status) && (
        <span className="basis-full text-sm text-soft" title={seenTitle(seen, nowMs, zone)} data-testid="seen">
          Last seen {seenWords(seen, person.status, nowMs)}
        </span>
      )}
    </p>
  );
}

/** Draws the page afresh when the state changes, and once a minute. `path`: see `whoAnswers`. */
export function useRedrawOf(state: string, path?: string): void {
  const { redraw } = useRedraw(path);
  const drawn = useRef(state);
  useEffect(() => {
    if (drawn.current !== state) void redraw();
    drawn.current = state;
    const timer = setInterval(() => void redraw(), REDRAW_EVERY_MS);
    return () => clearInterval(timer);
  }, [state, redraw]);
}
