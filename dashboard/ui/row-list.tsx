"use client";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Person } from "../data/board.ts";

/** So many rows come and go together. */
const ROWS = 50;
/** How far off the screen they are drawn already. */
const AHEAD = "600px 0px";

interface Props {
  people: readonly Person[];
  row(person: Person): ReactNode;
  /** There are so many on the page that only those near the screen are drawn. */
  isLong: boolean;
  /** They are drawn already, by the server. */
  isDrawn: boolean;
  /** These people's rows have come near the screen. */
  onNear(contactIds: readonly number[]): void;
}

/**
 * A list of rows. Ten thousand would keep the browser busy for seconds, so a long list is one of many lists, and of those
 * that are far from the screen there is only the room that they take: rows are all of one height.
 */
export function RowList({ people, row, isLong, isDrawn, onNear }: Props) {
  if (!isLong) return <ul className="panel divide-y divide-line overflow-hidden">{people.map(row)}</ul>;
  const parts = Array.from({ length: Math.ceil(people.length / ROWS) }, (_, i) => i * ROWS);
  return (
    <div className="panel divide-y divide-line overflow-hidden">
      {parts.map((from) => (
        <Part key={from} people={people.slice(from, from + ROWS)} row={row} isDrawn={isDrawn} onNear={onNear} />
      ))}
    </div>
  );
}

type PartProps = Omit<Props, "isLong">;

function Part({ people, row, isDrawn, onNear }: PartProps) {
  const list = useRef<HTMLUListElement>(null);
  const [isNear, setNear] = useState(isDrawn);
  useEffect(() => {
    if (!list.current) return;
    const observer = new IntersectionObserver((seen) => setNear(seen.at(-1)?.isIntersecting ?? false), {
      rootMargin: AHEAD,
    });
    observer.observe(list.current);
    return () => observer.disconnect();
  }, []);
  const ids = people.map(({ id }) => id).join();
  useEffect(() => {
    if (isNear && ids !== "") onNear(ids.split(",").map(Number));
  }, [isNear, ids, onNear]);
  return (
    <ul
      ref={list}
      className="divide-y divide-line"
      style={isNear ? undefined : { height: `calc(var(--row-height) * ${people.length})` }}
    >
      {isNear && people.map(row)}
    </ul>
  );
}
