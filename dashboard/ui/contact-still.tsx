"use client";
import type { Person } from "../data/board.ts";
import { Now, useRedraw } from "./contact-now.tsx";

interface Props {
  person: Person;
  confirmedMs: number | null;
  nowMs: number;
  zone: string;
}

/** The contact's state as of when the page was drawn, for guests: the live view is about everybody. */
export function ContactStill({ person, confirmedMs, nowMs, zone }: Props) {
  useRedraw(`${person.status} ${person.sinceMs}`);
  return (
    <div className="mt-3">
      <Now person={person} confirmedMs={confirmedMs} nowMs={nowMs} zone={zone} />
    </div>
  );
}
