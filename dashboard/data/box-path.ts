/** A box as part of an SVG path, its left and right edge to a hundredth of a unit. */
export function boxPath(left: number, right: number, top: number, height: number): string {
  const x = hundredths(left);
  const width = hundredths(hundredths(right) - x);
  return `M${x} ${top}h${width}v${height}h${-width}z`;
}

function hundredths(units: number): number {
  return Number(units.toFixed(2));
}
