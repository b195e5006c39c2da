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
import type { Reading } from "../../db/status.ts";
import type { DayBar } from "../data/day-bars.ts";
import { hoursWords } from "../data/durations.ts";
import { STATUS_ORDER, STATUS_WORDS } from "../data/status-words.ts";
import { statusColour } from "../ui/status-colour.ts";
import { UNKNOWN_FILL, UnknownHatch } from "./unknown-hatch.tsx";

const HOUR_MS = 3_600_000;
const AXIS = { fill: "var(--soft)", fontSize: 12 };

/** Hours by status, one bar a day; unknown is hatched and on top. */
export function DayBars({ bars }: { bars: DayBar[] }) {
  const shown = STATUS_ORDER.filter((status) => bars.some(({ hours }) => hours[status] > 0));
  const highest = Math.max(24, ...bars.map(({ lengthHours }) => Math.ceil(lengthHours - 0.001)));
  return (
    <div className="h-64" data-testid="day-bars">
      <ResponsiveContainer width="100%" height="100%">
        <BarChart data={bars} margin={{ top: 8, right: 0, bottom: 0, left: 0 }} barCategoryGap="18%">
          <UnknownHatch />
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            dataKey="label"
            tick={AXIS}
            tickLine={false}
            axisLine={{ stroke: "var(--line-strong)" }}
            minTickGap={12}
          />
          <YAxis
            domain={[0, highest]}
            ticks={[0, 6, 12, 18, 24]}
            tick={AXIS}
            tickFormatter={(hour: number) => `${hour} h`}
            tickLine={false}
            axisLine={false}
            width={38}
          />
          <Tooltip content={DayTip} cursor={{ fill: "var(--ink)", fillOpacity: 0.06 }} isAnimationActive={false} />
          {shown.map((status) => (
            <Bar
              key={status}
              dataKey={({ hours }: DayBar) => hours[status]}
              name={STATUS_WORDS[status]}
              stackId="day"
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

function DayTip({ active, payload }: TooltipContentProps) {
  const bar = payload?.[0]?.payload as DayBar | undefined;
  if (!active || !bar) return null;
  return (
    <div className="rounded-lg bg-ink px-3 py-2 text-[13px] text-ground shadow-lg">
      <p className="font-semibold">{bar.longLabel}</p>
      <table>
        <tbody>
          {STATUS_ORDER.filter((status) => bar.hours[status] > 0).map((status) => (
            <tr key={status}>
              <td className="pr-4">{STATUS_WORDS[status]}</td>
              <td className="text-right">{hours(bar, status)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function hours(bar: DayBar, status: Reading): string {
  return hoursWords(bar.hours[status] * HOUR_MS);
}
