"use client";
import { useEffect, useState } from "react";
import { type Board, type Details, everyone, type Person } from "../data/board.ts";
import { type FeedMessage, withChanges } from "../data/board-changes.ts";
import { type Answering, whoAnswers } from "./answering.ts";
import { type LiveDetails, useDetails } from "./live-details.ts";
import { type ClockReading, useServerTime } from "./server-clock.ts";

/** `connecting`: what is shown is as fresh as the page. `lost`: it is as old as the last word from the server. */
export type Connection = "connecting" | Answering;

export interface LiveBoard {
  board: Board;
  details: Record<number, Details>;
  /** Asks for the details of these people, who are shown. */
  want: LiveDetails["want"];
  connection: Connection;
  /** The server's time; it stands still while the connection is lost. */
  nowMs: number;
  /** The history could not be read when last looked at; the board is from before. */
  trouble: string | undefined;
}

/** The server speaks at least every four seconds. */
const QUIET_TOO_LONG_MS = 12_000;
const TRY_AGAIN_MS = 2_000;

/** Follows the board, starting from what the page was drawn with. `contactId`: as far as it is about one contact. */
export function useLiveBoard(
  first: { board: Board; details: Record<number, Details> },
  search: string,
  contactId?: number,
): LiveBoard {
  const [board, setBoard] = useState(first.board);
  const { details, want, take } = useDetails(first.details, search);
  const [connection, setConnection] = useState<Connection>("connecting");
  const [trouble, setTrouble] = useState<string>();
  const [clock, setClock] = useState<ClockReading>({ serverMs: first.board.nowMs, readMs: undefined });

  useEffect(() => {
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const heard = (serverMs: number | undefined) => {
      setConnection("live");
      if (serverMs !== undefined) setClock({ serverMs, readMs: performance.now() });
      clearTimeout(timer);
      timer = setTimeout(lost, QUIET_TOO_LONG_MS);
    };
    const lost = () => {
      setConnection((before) => (before === "signed-out" ? before : "lost"));
      source?.close();
      clearTimeout(timer);
      timer = setTimeout(connect, TRY_AGAIN_MS);
    };
    const connect = () => {
      const words = new URLSearchParams(search);
      if (contactId !== undefined) words.set("contact", String(contactId));
      source = new EventSource(`/api/live?${words}`);
      source.onerror = () => {
        // An event source does not say why. A plain request does: 401 means that trying again is no use. Any other
        // answer says nothing new, and may come when the line is up again.
        void whoAnswers().then((answer) => answer === "signed-out" && setConnection("signed-out"));
        lost();
      };
      source.addEventListener("tick", ({ data }) => heard(Number(data)));
      source.onmessage = ({ data }) => {
        const message = JSON.parse(data as string) as FeedMessage;
        heard(nowOf(message));
        setTrouble(message.kind === "no-board" ? message.message : undefined);
        if (message.kind === "no-board") return;
        const changed: readonly Person[] = message.kind === "board" ? everyone(message.board) : message.people;
        if (message.kind === "board") setBoard(message.board);
        else setBoard((before) => withChanges(before, message));
        take(message.details, changed);
      };
    };
    connect();
    return () => {
      source?.close();
      clearTimeout(timer);
    };
  }, [search, contactId, take]);

  const nowMs = useServerTime(clock, connection === "lost" || connection === "signed-out");
  return { board, details, want, connection, nowMs, trouble };
}

function nowOf(message: FeedMessage): number | undefined {
  if (message.kind === "no-board") return undefined;
  return message.kind === "board" ? message.board.nowMs : message.nowMs;
}
