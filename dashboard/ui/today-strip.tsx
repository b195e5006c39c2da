import type { StripPart } from "../data/board.ts";
import { percent } from "./percent.ts";
import { statusColour } from "./status-colour.ts";

interface Props {
  parts: StripPart[];
  fromMs: number;
  toMs: number;
  nowMs: number;
  label: string;
}

/**
 * One day of one person as a thin strip; what is later than now is blank. All but the last part reach half a pixel
 * under the next, as in charts/day-strips.tsx.
 */
export function TodayStrip({ parts, fromMs, toMs, nowMs, label }: Props) {
  const at = (ms: number) => percent((ms - fromMs) / (toMs - fromMs));
  const length = (ms: number) => percent(ms / (toMs - fromMs));
  return (
    <div
      role="img"
      aria-label={label}
      className="relative isolate h-3.5 overflow-hidden rounded-[3px] bg-ground ring-1 ring-line"
    >
      {parts.map((part, index) => (
        <span
          key={part.fromMs}
          data-status={part.status}
          className={`absolute inset-y-0 min-w-px ${part.status === "unknown" ? "hatch z-1" : ""}`}
          style={{
            left: at(part.fromMs),
            width:
              index === parts.length - 1
                ? length(part.toMs - part.fromMs)
                : `calc(${length(part.toMs - part.fromMs)} + 0.5px)`,
            ...(part.status === "unknown" ? {} : { background: statusColour(part.status) }),
          }}
        />
      ))}
      <span className="absolute inset-y-0 z-2 w-px bg-ink" style={{ left: at(Math.min(nowMs, toMs)) }} />
    </div>
  );
}
