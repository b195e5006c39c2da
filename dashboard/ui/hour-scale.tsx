import { percent } from "./percent.ts";

/** Labels of hours above a strip, each centred over its hour; those at the ends stay inside. */
export function HourScale({ marks }: { marks: readonly { at: number; label: string }[] }) {
  return marks.map(({ at, label }) => (
    <span
      key={label}
      data-hour={label}
      className={`absolute ${at === 0 ? "" : at >= 1 ? "-translate-x-full" : "-translate-x-1/2"}`}
      style={{ left: percent(at) }}
    >
      {label}
    </span>
  ));
}
