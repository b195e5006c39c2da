import Link from "next/link";
import type { ReactNode } from "react";

/** A way to another window or page of people; where there is none, the words alone. */
export function Move({ href, keys, children }: { href: string | undefined; keys?: string; children: ReactNode }) {
  const look = "rounded-lg border border-line px-3 py-1.5";
  if (!href) return <span className={`${look} text-soft`}>{children}</span>;
  return (
    <Link
      href={href}
      scroll={false}
      prefetch={false}
      aria-keyshortcuts={keys}
      title={keys && `Key: ${keys}`}
      className={`${look} bg-card hover:bg-ground`}
    >
      {children}
    </Link>
  );
}

/** Both forms work without scripts, and keep what else the address says. */
function Kept({ words }: { words: Record<string, string | null | undefined> }) {
  return Object.entries(words).map(([name, value]) =>
    value ? <input key={name} type="hidden" name={name} value={value} /> : null,
  );
}

const FIELD = "rounded-lg border border-line-strong bg-card px-2.5 py-1.5 text-ink";

export function DayForm({ tz, find, zoom }: { tz: string | null; find: string; zoom: string }) {
  return (
    <form action="/timeline" className="flex items-center gap-1.5">
      <Kept words={{ tz, find, zoom }} />
      <label className="flex items-center gap-1.5 text-soft">
        Up to the end of
        <input type="date" name="day" required className={FIELD} />
      </label>
      <button type="submit" className="rounded-lg border border-line bg-card px-3 py-1.5 hover:bg-ground">
        Show
      </button>
    </form>
  );
}

interface FindProps {
  tz: string | null;
  find: string;
  zoom: string;
  end: number | undefined;
  people: number;
}

export function FindForm({ tz, find, zoom, end, people }: FindProps) {
  return (
    <search>
      <form action="/timeline" className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-1">
        <Kept words={{ tz, zoom, end: end === undefined ? null : new Date(end).toISOString() }} />
        <input
          type="search"
          name="find"
          aria-label="Find somebody"
          placeholder="Find somebody, then press Enter"
          autoComplete="off"
          spellCheck={false}
          defaultValue={find}
          className={`w-full max-w-sm text-sm placeholder:text-soft ${FIELD}`}
        />
        <span className="text-sm text-soft">{people === 1 ? "One person" : `${people} people`}</span>
      </form>
    </search>
  );
}
