import type { ReactElement } from "react";
import type { Reading } from "../../db/status.ts";
import { statusColour } from "./status-colour.ts";

/** Each status has a shape of its own, so that nobody has to tell the colours apart. Beside it always stands the word. */
export function StatusGlyph({ status, size = 14 }: { status: Reading; size?: number }) {
  const colour = status === "unknown" ? "var(--soft)" : status === "offline" ? "var(--soft)" : statusColour(status);
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 14 14"
      aria-hidden="true"
      className="shrink-0"
      style={{ color: colour }}
    >
      {SHAPES[status]}
    </svg>
  );
}

const stroke = { fill: "none", stroke: "currentColor", strokeWidth: 1.6 };

const SHAPES: Record<Reading, ReactElement> = {
  available: <circle cx="7" cy="7" r="5.5" fill="currentColor" />,
  busy: (
    <>
      <rect x="1.5" y="1.5" width="11" height="11" rx="2.5" fill="currentColor" />
      <rect x="4" y="6" width="6" height="2" rx="0.6" fill="var(--card)" />
    </>
  ),
  "on-the-phone": <path d="M7 0.8 13.2 7 7 13.2 0.8 7Z" fill="currentColor" />,
  "out-to-lunch": (
    <>
      <circle cx="7" cy="7" r="5.5" fill="currentColor" />
      <circle cx="7" cy="7" r="2.2" fill="var(--card)" />
    </>
  ),
  "be-right-back": <path d="M7 1.2 13.2 12.4H0.8Z" fill="currentColor" />,
  away: (
    <>
      <circle cx="7" cy="7" r="5.5" fill="currentColor" />
      <path d="M7 3.8V7l2.3 1.6" fill="none" stroke="var(--card)" strokeWidth="1.5" strokeLinecap="round" />
    </>
  ),
  // The palest of the colours, and so with an edge.
  idle: (
    <path
      d="M11.6 9.2A5.6 5.6 0 0 1 4.8 2.4 5.6 5.6 0 1 0 11.6 9.2Z"
      fill="currentColor"
      stroke="var(--be-right-back)"
      strokeWidth="1.2"
      strokeLinejoin="round"
    />
  ),
  other: <path d="M7 1.2v11.6M1.2 7h11.6" {...stroke} strokeWidth={2.6} />,
  offline: <circle cx="7" cy="7" r="4.9" {...stroke} />,
  unknown: <circle cx="7" cy="7" r="4.9" {...stroke} strokeDasharray="2.4 1.9" />,
};
