/** The charts' numbers as tables: for people who do not look, and for people who look closely. */
import type { ActogramRow } from "../data/actogram.ts";
import type { DayBar } from "../data/day-bars.ts";
import { hoursWords } from "../data/durations.ts";
import { type Heatmap, WEEKDAYS } from "../data/heatmap.ts";
import type { PeopleChart, Step } from "../data/people-days.ts";
import { peopleWords } from "../data/people-words.ts";
import { STATUS_ORDER, STATUS_WORDS } from "../data/status-words.ts";
import { KIND_WORDS, KINDS, type TypicalDay } from "../data/typical-day.ts";

const HOUR_MS = 3_600_000;
const CELL = "border-b border-line px-2.5 py-1 text-right whitespace-nowrap";
const HEAD = "border-b border-line-strong px-2.5 py-1 text-left font-medium whitespace-nowrap";

export function HeatTable({ heatmap: { days }, caption }: { heatmap: Heatmap; caption: string }) {
  return (
    <AsTable caption={caption}>
      <table className="w-full text-[13px]">
        <caption className="sr-only">{caption}</caption>
        <Head first="Hour" others={WEEKDAYS} />
        <tbody>
          {Array.from({ length: 24 }, (_, hour) => `${hour}`.padStart(2, "0")).map((hour, index) => (
            <tr key={hour}>
              <th scope="row" className={HEAD}>
                {hour}:00
              </th>
              {WEEKDAYS.map((day, row) => {
                const cell = days[row]?.[index];
                return (
                  <td key={day} className={CELL}>
                    {cell?.shareWords} <span className="text-soft">({cell?.weeksWords} weeks)</span>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </AsTable>
  );
}

export function DayTable({ bars, caption }: { bars: DayBar[]; caption: string }) {
  const shown = STATUS_ORDER.filter((status) => bars.some(({ hours }) => hours[status] > 0));
  return (
    <AsTable caption={caption}>
      <table className="w-full text-[13px]">
        <caption className="sr-only">{caption}</caption>
        <Head first="Day" others={shown.map((status) => STATUS_WORDS[status])} />
        <tbody>
          {bars.toReversed().map((bar) => (
            <tr key={bar.date}>
              <th scope="row" className={HEAD}>
                {bar.label}
              </th>
              {shown.map((status) => (
                <td key={status} className={CELL}>
                  {bar.hours[status] > 0 ? hoursWords(bar.hours[status] * HOUR_MS) : "—"}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </AsTable>
  );
}

export function DaysTable({ rows, caption }: { rows: readonly ActogramRow[]; caption: string }) {
  return (
    <AsTable caption={caption}>
      <table className="w-full text-[13px]">
        <caption className="sr-only">{caption}</caption>
        <Head first="Day" others={["Around", "Observed"]} />
        <tbody>
          {rows.map(({ date, around, observed }) => (
            <tr key={date}>
              <th scope="row" className={HEAD}>
                {date}
              </th>
              <td className={CELL}>{around}</td>
              <td className={CELL}>{observed}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </AsTable>
  );
}

export function TypicalDayTable({ day, caption }: { day: TypicalDay; caption: string }) {
  return (
    <AsTable caption={caption}>
      <table className="w-full text-[13px]">
        <caption className="sr-only">{caption}</caption>
        <Head first="Hour" others={KINDS.map((kind) => KIND_WORDS[kind])} />
        <tbody>
          {day.weekdays.map((_, hour) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an hour of the day is its index
            <tr key={hour}>
              <th scope="row" className={HEAD}>
                {`${hour}`.padStart(2, "0")}:00
              </th>
              {KINDS.map((kind) => (
                <td key={kind} className={CELL}>
                  {day[kind][hour]?.shareWords}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </AsTable>
  );
}

export function PeopleTable({ chart: { step, bars }, caption }: { chart: PeopleChart; caption: string }) {
  const shown = STATUS_ORDER.filter((status) => bars.some(({ people }) => people[status] > 0));
  return (
    <AsTable caption={caption}>
      <table className="w-full text-[13px]">
        <caption className="sr-only">{caption}</caption>
        <Head first={STEP_WORDS[step]} others={["Around", ...shown.map((status) => STATUS_WORDS[status])]} />
        <tbody>
          {bars.toReversed().map((bar) => (
            <tr key={bar.date}>
              <th scope="row" className={HEAD}>
                {bar.longLabel}
              </th>
              <td className={CELL}>{peopleWords(bar.around)}</td>
              {shown.map((status) => (
                <td key={status} className={CELL}>
                  {bar.people[status] > 0 ? peopleWords(bar.people[status]) : "—"}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </AsTable>
  );
}

const STEP_WORDS: Record<Step, string> = { day: "Day", week: "Week", month: "Month" };

function Head({ first, others }: { first: string; others: readonly string[] }) {
  return (
    <thead>
      <tr>
        <th scope="col" className={HEAD}>
          {first}
        </th>
        {others.map((label) => (
          <th key={label} scope="col" className={`${HEAD} text-right`}>
            {label}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function AsTable({ caption, children }: { caption: string; children: React.ReactNode }) {
  return (
    <details className="mt-4">
      <summary className="text-[13px] text-soft hover:text-ink">Show as table</summary>
      {/* Wider than a phone: it scrolls by itself, with the keyboard too. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable */}
      <section aria-label={`Table: ${caption}`} tabIndex={0} className="mt-2 overflow-x-auto">
        {children}
      </section>
    </details>
  );
}
