"use client";
import {
  Bar,
  BarChart,
  CartesianGrid,
  ResponsiveContainer,
  Tooltip,
  type TooltipContentProps,
  XAxis,
  YAxis,
} from "recharts";
import type { PeopleBar, PeopleChart } from "../data/people-days.ts";
import { peopleWords } from "../data/people-words.ts";
import { STATUS_ORDER, STATUS_WORDS } from "../data/status-words.ts";
import { statusColour } from "../ui/status-colour.ts";
import { UNKNOWN_FILL, UnknownHatch } from "./unknown-hatch.tsx";

const AXIS = { fill: "var(--soft)", fontSize: 12 };

/** People by status on average, one bar a day, week or month; unknown is hatched and on top. */
export function PeopleBars({ chart: { bars, most } }: { chart: PeopleChart }) {
  const shown = STATUS_ORDER.filter((status) => bars.some(({ people }) => people[status] > 0));
  return (
    <div className="h-64" data-testid="people-bars">
      <ResponsiveContainer width="100%" height="100%">
        <BarChart data={bars} margin={{ top: 8, right: 0, bottom: 0, left: 0 }} barCategoryGap="14%">
          <UnknownHatch />
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            dataKey="label"
            tick={AXIS}
            tickLine={false}
            axisLine={{ stroke: "var(--line-strong)" }}
            minTickGap={16}
          />
          <YAxis domain={[0, most]} tick={AXIS} tickLine={false} axisLine={false} allowDecimals={false} width={38} />
          <Tooltip content={PeopleTip} cursor={{ fill: "var(--ink)", fillOpacity: 0.06 }} isAnimationActive={false} />
          {shown.map((status) => (
            <Bar
              key={status}
              dataKey={({ people }: PeopleBar) => people[status]}
              name={STATUS_WORDS[status]}
              stackId="people"
              fill={status === "unknown" ? UNKNOWN_FILL : statusColour(status)}
              isAnimationActive={false}
              maxBarSize={44}
            />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}

function PeopleTip({ active, payload }: TooltipContentProps) {
  const bar = payload?.[0]?.payload as PeopleBar | undefined;
  if (!active || !bar) return null;
  return (
    <div className="rounded-lg bg-ink px-3 py-2 text-[13px] text-ground shadow-lg">
      <p className="font-semibold">{bar.longLabel}</p>
      <table>
        <tbody>
          {STATUS_ORDER.filter((status) => bar.people[status] > 0).map((status) => (
            <tr key={status}>
              <td className="pr-4">{STATUS_WORDS[status]}</td>
              <td className="text-right">{peopleWords(bar.people[status])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
