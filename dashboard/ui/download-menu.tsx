"use client";
import Link from "next/link";
import { useRef } from "react";
import { SHAPE_NAMES, SHAPE_WORDS } from "../data/export-words.ts";

interface Props {
  /** Which part of the history and which zone, `?contact=…&tz=…` or nothing. */
  search: string;
  /** Whose history it is, in a few words. */
  whose: string;
  /** At the foot of a page there is no room below. */
  opens: "below" | "above";
  /** When Rollcall was looking is about a whole account, and not for guests. */
  isGuest?: boolean;
}

const PLACES: Record<Props["opens"], string> = {
  below: "mt-2 md:right-0",
  above: "bottom-full left-0 mb-2",
};

export function DownloadMenu({ search, whose, opens, isGuest = false }: Props) {
  const menu = useRef<HTMLDetailsElement>(null);
  const close = () => {
    if (menu.current) menu.current.open = false;
  };
  return (
    <details
      ref={menu}
      className="relative w-fit"
      onBlur={({ relatedTarget }) => {
        if (relatedTarget instanceof Node && !menu.current?.contains(relatedTarget)) close();
      }}
      onKeyDown={({ key }) => {
        if (key === "Escape") close();
      }}
    >
      <summary className="inline-flex list-none items-center gap-2 rounded-lg border border-line-strong bg-card px-3.5 py-1.5 text-sm font-medium hover:bg-ground [&::-webkit-details-marker]:hidden">
        <svg width="14" height="14" viewBox="0 0 14 14" fill="none" stroke="currentColor" aria-hidden="true">
          <path d="M7 1.5v7.2M3.8 6 7 9.2 10.2 6M1.5 12.3h11" strokeWidth="1.5" strokeLinecap="round" />
        </svg>
        Download CSV
      </summary>
      <div
        data-testid="download-menu"
        className={`absolute z-20 w-80 max-w-[calc(100vw-2rem)] rounded-xl border border-line-strong bg-card p-1.5 shadow-lg ${PLACES[opens]}`}
      >
        <p className="px-3 pt-1.5 pb-1 text-[13px] text-soft">{whose}</p>
        <ul>
          {SHAPE_NAMES.filter((shape) => !(isGuest && shape === "coverage")).map((shape) => (
            <li key={shape}>
              <a
                href={`/export/${shape}.csv${search}`}
                className="block rounded-lg px-3 py-2 hover:bg-ground"
                onClick={close}
              >
                <span className="block text-sm font-medium first-letter:uppercase">{shape}</span>
                <span className="block text-[13px] text-soft">{SHAPE_WORDS[shape]}</span>
              </a>
            </li>
          ))}
        </ul>
        {!isGuest && (
          <Link
            href={`/export${search}`}
            prefetch={false}
            className="mt-1 block rounded-lg border-t border-line px-3 py-2 text-sm text-mark hover:bg-ground"
            onClick={close}
          >
            Choose range, format and people …
          </Link>
        )}
      </div>
    </details>
  );
}
