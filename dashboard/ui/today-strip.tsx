import type { StripPart } from "../data/board.ts";
import { statusColour } from "./status-colour.ts";

interface Props {
  parts: StripPart[];
  fromMs: number;
  toMs: number;
  nowMs: number;
  label: string;
}

/** One day of one person as a thin strip; what is later than now is blank. */
export function TodayStrip({ parts, fromMs, toMs, nowMs, label }: Props) {
  const at = (ms: number) => `${(((ms - fromMs) / (toMs - fromMs)) * 100).toFixed(3)}%`;
  const length = (ms: number) => `${((ms / (toMs - fromMs)) * 100).toFixed(3)}%`;
  return (
    <div
      role="img"
      aria-label={label}
      className="relative h-3.5 overflow-hidden rounded-[3px] bg-ground ring-1 ring-line"
    >
      {parts.map((part) => (
        <span
          key={part.fromMs}
          data-status={part.status}
          className={`absolute inset-y-0 min-w-px ${part.status === "unknown" ? "hatch" : ""}`}
          style={{
            left: at(part.fromMs),
            width: length(part.toMs - part.fromMs),
            ...(part.status === "unknown" ? {} : { background: statusColour(part.status) }),
          }}
        />
      ))}
      <span className="absolute inset-y-0 w-px bg-ink" style={{ left: at(Math.min(nowMs, toMs)) }} />
    </div>
  );
}
