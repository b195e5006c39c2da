import Link from "next/link";
import type { BehindPage } from "../data/behind.ts";
import { ChartPanel } from "./chart-panel.tsx";

const HEAD = "border-b border-line-strong px-2.5 py-1 text-left font-medium whitespace-nowrap";
const CELL = "border-b border-line px-2.5 py-1 whitespace-nowrap";

interface Props {
  behind: BehindPage;
  /** The page without this panel. */
  closeHref: string;
  /** The next page of events, or the first one again. */
  hrefOf: (after: string | null) => string;
}

/** The raw events behind a day or an hour of the week, as they were recorded. */
export function BehindPanel({ behind: { title, events, next, isPurged }, closeHref, hrefOf }: Props) {
  return (
    <div id="behind" className="scroll-mt-4">
      <ChartPanel
        title={`Behind ${title}`}
        about="The events as they were recorded, with the network’s own word."
        aside={
          <Link
            href={closeHref}
            scroll={false}
            prefetch={false}
            className="rounded-lg border border-line px-3 py-1.5 text-[13px] text-soft hover:text-ink"
          >
            Close
          </Link>
        }
      >
        {isPurged && (
          <p className="mb-3 text-sm text-soft">
            Some raw events of this time have been deleted, as the retention says; statuses and sums stay.
          </p>
        )}
        {events.length === 0 ? (
          <p className="text-sm text-soft">No event was recorded in this time.</p>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable
          <section aria-label={`Events behind ${title}`} tabIndex={0} className="overflow-x-auto">
            <table className="w-full text-[13px]">
              <caption className="sr-only">Events, oldest first</caption>
              <thead>
                <tr>
                  {["When", "Status", "Word", "How", "Recorded by"].map((label) => (
                    <th key={label} scope="col" className={HEAD}>
                      {label}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {events.map(({ key, when, status, raw, how, source }) => (
                  <tr key={key}>
                    <td className={CELL}>{when}</td>
                    <td className={CELL}>{status}</td>
                    <td className={CELL}>
                      <bdi>{raw.slice(0, 40)}</bdi>
                    </td>
                    <td className={`${CELL} text-soft`}>{how}</td>
                    <td className={`${CELL} text-soft`}>
                      <bdi>{source.slice(0, 40)}</bdi>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )}
        {next !== undefined && (
          <p className="mt-3 text-[13px]">
            <Link href={hrefOf(next)} scroll={false} prefetch={false} className="text-mark hover:underline">
              Later events
            </Link>
          </p>
        )}
      </ChartPanel>
    </div>
  );
}
