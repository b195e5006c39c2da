import type { Reading } from "../../db/status.ts";
import { STATUS_ORDER, STATUS_WORDS } from "../data/status-words.ts";
import { statusColour } from "./status-colour.ts";

/** The statuses that occur, in their fixed order, and always what unknown looks like. */
export function StatusLegend({ present }: { present: ReadonlySet<Reading> }) {
  const shown = STATUS_ORDER.filter((status) => present.has(status) || status === "unknown" || status === "offline");
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-[13px] text-soft">
      {shown.map((status) => (
        <li key={status} className="flex items-center gap-1.5">
          <Swatch status={status} />
          {STATUS_WORDS[status]}
        </li>
      ))}
    </ul>
  );
}

export function Swatch({ status }: { status: Reading }) {
  const shape = "inline-block h-3 w-4 shrink-0 rounded-[3px]";
  if (status === "unknown") return <span className={`${shape} hatch border border-line-strong`} />;
  return <span className={shape} style={{ background: statusColour(status) }} />;
}
