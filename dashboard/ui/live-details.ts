"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Details, Person } from "../data/board.ts";
import { MOST_CONTACTS } from "../data/contact-ids.ts";

/** Rows that come near the screen together are asked for together. */
const GATHER_MS = 60;

export interface LiveDetails {
  details: Record<number, Details>;
  /** These people's rows are shown, or about to be. */
  want(contactIds: readonly number[]): void;
  /** What has been told, instead of what was; who has changed without being told is asked for when wanted. */
  take(told: Record<number, Details>, changed: readonly Person[]): void;
}

/** What rows show besides a state, of those who are shown. `search` keeps the zone. */
export function useDetails(first: Record<number, Details>, search: string): LiveDetails {
  const [details, setDetails] = useState(first);
  const known = useRef(new Set(Object.keys(first).map(Number)));
  const shown = useRef(new Set<number>());
  const wanted = useRef(new Set<number>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const ask = useCallback(async () => {
    timer.current = undefined;
    const ids = [...wanted.current].slice(0, MOST_CONTACTS);
    for (const id of ids) wanted.current.delete(id);
    if (wanted.current.size > 0) timer.current = setTimeout(() => void ask(), GATHER_MS);
    try {
      const words = new URLSearchParams(search);
      words.set("ids", ids.join());
      const answer = await fetch(`/api/rows?${words}`, { cache: "no-store" });
      if (!answer.ok) throw new Error(`answered with ${answer.status}`);
      const told = (await answer.json()) as Record<number, Details>;
      setDetails((before) => ({ ...before, ...told }));
    } catch {
      // The live line is lost as well, and says so; all that is shown is asked for again when it is back.
      for (const id of ids) known.current.delete(id);
    }
  }, [search]);

  const wish = useCallback(
    (ids: readonly number[]) => {
      for (const id of ids) {
        if (known.current.has(id)) continue;
        known.current.add(id);
        wanted.current.add(id);
      }
      if (wanted.current.size > 0) timer.current ??= setTimeout(() => void ask(), GATHER_MS);
    },
    [ask],
  );

  const want = useCallback(
    (ids: readonly number[]) => {
      for (const id of ids) shown.current.add(id);
      wish(ids);
    },
    [wish],
  );

  const take = useCallback(
    (told: Record<number, Details>, changed: readonly Person[]) => {
      const ids = Object.keys(told).map(Number);
      for (const id of ids) known.current.add(id);
      if (ids.length > 0) setDetails((before) => ({ ...before, ...told }));
      const untold = changed.filter(({ id }) => told[id] === undefined).map(({ id }) => id);
      for (const id of untold) known.current.delete(id);
      wish(untold.filter((id) => shown.current.has(id)));
    },
    [wish],
  );

  useEffect(() => () => clearTimeout(timer.current), []);
  return { details, want, take };
}
