import type { Comparison, Figures } from "../data/comparison.ts";
import { ChartPanel } from "./chart-panel.tsx";

const ROWS: readonly [keyof Omit<Figures, "days" | "isThin">, string][] = [
  ["share", "Around, of the observed time"],
  ["aroundADay", "At that rate, in 24 hours"],
  ["sessions", "Times they came"],
  ["usualLength", "How long they stayed, usually"],
  ["observed", "Observed, of all the time"],
];
const CELL = "border-t border-line px-2 py-2 text-right align-top";

/** A range and the one before it, figure by figure. */
export function ComparisonPanel({ comparison: { now, before, words } }: { comparison: Comparison }) {
  return (
    <ChartPanel title="Now and before" about={words}>
      <table className="w-full text-sm">
        <caption className="sr-only">This time beside the time before</caption>
        <thead className="text-[13px] text-soft">
          <tr>
            <td />
            <Head title="This time" figures={now} />
            <Head title="Before" figures={before} />
          </tr>
        </thead>
        <tbody>
          {ROWS.map(([name, label]) => (
            <tr key={name}>
              <th scope="row" className="border-t border-line py-2 pr-2 text-left font-normal">
                {label}
              </th>
              <td className={`${CELL} font-medium`}>{now[name]}</td>
              <td className={`${CELL} text-soft`}>{before[name]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ChartPanel>
  );
}

function Head({ title, figures: { days, isThin } }: { title: string; figures: Figures }) {
  return (
    <th scope="col" className="px-2 pb-2 text-right font-normal">
      <span className="block font-medium text-ink">{title}</span>
      {days}
      {isThin && <span className="block text-warn">little observed</span>}
    </th>
  );
}
