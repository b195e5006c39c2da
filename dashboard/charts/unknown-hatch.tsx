/** What time unknown is filled with in charts of recharts: a hatch, and never a colour. */
export const UNKNOWN_FILL = "url(#unknown-hatch)";

/** The hatch itself, once in each chart. */
export function UnknownHatch() {
  return (
    <defs>
      <pattern id="unknown-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="5" height="5" fill="var(--hatch-ground)" />
        <rect width="1" height="5" fill="var(--hatch)" />
      </pattern>
    </defs>
  );
}
