"use client";
import type { Person, Seen } from "../data/board.ts";
import { Now, useRedrawOf } from "./contact-now.tsx";

/** The page that answers every guest. */
const GUESTS_OWN = "/";

interface Props {
  person: Person;
  seen: Seen;
  confirmedMs: number | null;
  nowMs: number;
  zone: string;
}

/** The contact's state as of when the page was drawn, for guests: the live view is about everybody. */
export function ContactStill({ person, seen, confirmedMs, nowMs, zone }: Props) {
  useRedrawOf(`${person.status} ${person.sinceMs}`, GUESTS_OWN);
  return (
    <div className="mt-3">
      <Now person={person} seen={seen} confirmedMs={confirmedMs} nowMs={nowMs} zone={zone} />
    </div>
  );
}
