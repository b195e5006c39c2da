import Link from "next/link";
import { memo } from "react";
import { isAround } from "../../db/status.ts";
import { type Details, type Person, type StripPart, stripAt, type Today } from "../data/board.ts";
import { hoursWords } from "../data/durations.ts";
import { seenTitle, seenWords } from "../data/seen-words.ts";
import { StatusWord, sinceTitle, sinceWords } from "./state-words.tsx";
import { StatusGlyph } from "./status-glyph.tsx";
import { TodayStrip } from "./today-strip.tsx";

/** The columns of a row and of the heading above it; on a phone a row has lines and no columns. */
export const ROW_COLUMNS =
  "md:grid md:grid-cols-[minmax(0,1.4fr)_minmax(0,1.3fr)_minmax(0,1.15fr)_minmax(0,1.6fr)] md:items-center md:gap-x-5";

interface Props {
  person: Person;
  /** Undefined until they are read. */
  details: Details | undefined;
  today: Today;
  confirmedMs: number | null;
  nowMs: number;
  zone: string;
  search: string;
}

export const PersonRow = memo(function PersonRow({ person, details, today, confirmedMs, nowMs, zone, search }: Props) {
  const around = isAround(person.status);
  const since = sinceWords(person, nowMs);
  const seen = around ? undefined : details?.seen;
  const parts = details ? stripAt(details.strip, confirmedMs, nowMs, today.toMs) : [];
  return (
    <li
      data-address={person.address}
      data-status={person.status}
      className={`row-height relative px-4 py-2.5 hover:bg-ground ${ROW_COLUMNS}`}
    >
      <div className="flex min-w-0 items-center gap-3">
        <StatusGlyph status={person.status} />
        <Link
          href={`/contact/${person.id}${search}`}
          prefetch={false}
          className={`min-w-0 truncate after:absolute after:inset-0 hover:underline ${around ? "font-semibold" : ""}`}
        >
          <bdi>{person.name}</bdi>
        </Link>
      </div>
      <p className="mt-0.5 min-w-0 truncate pl-[26px] text-sm md:mt-0 md:pl-0" title={sinceTitle(person, nowMs, zone)}>
        <span className={around ? "" : "text-soft"}>
          <StatusWord person={person} />
        </span>
        {since && <span className="text-soft"> · {since}</span>}
      </p>
      <p
        className="mt-0.5 min-w-0 truncate pl-[26px] text-[13px] text-soft max-md:min-h-[1lh] md:mt-0 md:pl-0"
        title={seen && seenTitle(seen, nowMs, zone)}
        data-testid="seen"
      >
        {around && "Here now"}
        {seen && (
          <>
            <span className="md:sr-only">Last seen </span>
            {seenWords(seen, person.status, nowMs)}
          </>
        )}
      </p>
      <div className="mt-2 pl-[26px] md:mt-0 md:pl-0">
        <TodayStrip fromMs={today.fromMs} toMs={today.toMs} parts={parts} nowMs={nowMs} label={stripLabel(parts)} />
      </div>
    </li>
  );
});

function stripLabel(parts: StripPart[]): string {
  const sum = (wanted: (part: StripPart) => boolean) =>
    parts.filter(wanted).reduce((ms, { fromMs, toMs }) => ms + toMs - fromMs, 0);
  const observedMs = sum(({ status }) => status !== "unknown");
  if (observedMs === 0) return "Today: not observed";
  return `Today: around ${hoursWords(sum(({ status }) => isAround(status)))} of ${hoursWords(observedMs)} observed`;
}
