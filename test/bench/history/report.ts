/** Prints figures as rows of a Markdown table, so that they can be put into the documents as they are. */
import { inSpread, median } from "../spread.ts";

export function heading(title: string, ...columns: string[]): void {
  console.log(`\n${title}\n`);
  console.log(`| ${["", ...columns].join(" | ")} |`);
  console.log(`| ${["---", ...columns.map(() => "---")].join(" | ")} |`);
}

export function row(name: string, ...cells: string[]): void {
  console.log(`| ${[name, ...cells].join(" | ")} |`);
}

/** `12.3 (11.0 - 15.2) ms` */
export function inMs(values: readonly number[]): string {
  return `${inSpread(values, median(values) < 10 ? 1 : 0)} ms`;
}

/** `0.45 (0.40 - 0.52)`: each of the one over the one beside it. */
export function asRatio(ones: readonly number[], others: readonly number[], digits = 2): string {
  return inSpread(
    ones.map((one, i) => one / (others[i] as number)),
    digits,
  );
}

/** `14,600,000` */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}
