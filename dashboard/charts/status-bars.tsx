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
  type YAxisProps,
} from "recharts";
import type { Reading } from "../../db/status.ts";
import { STATUS_ORDER, STATUS_WORDS } from "../data/status-words.ts";
import { statusColour } from "../ui/status-colour.ts";

const AXIS = { fill: "var(--soft)", fontSize: 12 };
const UNKNOWN_HATCH = "unknown-hatch";

export interface StatusBar {
  /** Below the bar, and in its tip. */
  label: string;
  longLabel: string;
}

interface Props<B extends StatusBar> {
  bars: B[];
  /** How much of a bar each status is. */
  partsOf: (bar: B) => Record<Reading, number>;
  words: (part: number) => string;
  /** What the vertical axis shows, and how far it goes. */
  axis: Pick<YAxisProps, "domain" | "ticks" | "tickFormatter" | "allowDecimals">;
  barGap: string;
  minTickGap: number;
  testId: string;
}

/** Statuses on top of each other, one bar beside the next; unknown is hatched and on top. */
export function StatusBars<B extends StatusBar>({ bars, partsOf, words, axis, barGap, minTickGap, testId }: Props<B>) {
  const shown = STATUS_ORDER.filter((status) => bars.some((bar) => partsOf(bar)[status] > 0));
  return (
    <div className="h-64" data-testid={testId}>
      <ResponsiveContainer width="100%" height="100%">
        <BarChart data={bars} margin={{ top: 8, right: 0, bottom: 0, left: 0 }} barCategoryGap={barGap}>
          <defs>
            <pattern
              id={UNKNOWN_HATCH}
              width="5"
              height="5"
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(45)"
            >
              <rect width="5" height="5" fill="var(--hatch-ground)" />
              <rect width="1" height="5" fill="var(--hatch)" />
            </pattern>
          </defs>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            dataKey="label"
            tick={AXIS}
            tickLine={false}
            axisLine={{ stroke: "var(--line-strong)" }}
            minTickGap={minTickGap}
          />
          <YAxis {...axis} tick={AXIS} tickLine={false} axisLine={false} width={38} />
          <Tooltip content={tip} cursor={{ fill: "var(--ink)", fillOpacity: 0.06 }} isAnimationActive={false} />
          {shown.map((status) => (
            <Bar
              key={status}
              dataKey={(bar: B) => partsOf(bar)[status]}
              name={STATUS_WORDS[status]}
              stackId="statuses"
              fill={status === "unknown" ? `url(#${UNKNOWN_HATCH})` : statusColour(status)}
              isAnimationActive={false}
              maxBarSize={44}
            />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </div>
  );

  function tip({ active, payload }: TooltipContentProps) {
    const bar = payload?.[0]?.payload as B | undefined;
    if (!active || !bar) return null;
    const parts = partsOf(bar);
    return (
      <div className="rounded-lg bg-ink px-3 py-2 text-[13px] text-ground shadow-lg">
        <p className="font-semibold">{bar.longLabel}</p>
        <table>
          <tbody>
            {STATUS_ORDER.filter((status) => parts[status] > 0).map((status) => (
              <tr key={status}>
                <td className="pr-4">{STATUS_WORDS[status]}</td>
                <td className="text-right">{words(parts[status])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    );
  }
}
