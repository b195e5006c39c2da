import type { Reading } from "../../db/status.ts";

/** The palette's colour. Unknown has none: it is drawn with the class `hatch`. */
export function statusColour(status: Exclude<Reading, "unknown">): string {
  return `var(--${status})`;
}
