/** A part of a length as CSS says it, to a thousandth of a per cent. */
export function percent(part: number): string {
  return `${(part * 100).toFixed(3)}%`;
}
