/** Rows as CSV: RFC 4180, safe to open in a spreadsheet. */
import type { Cell, Encoder } from "./cells.ts";
import type { Text } from "./names.ts";

export function csvEncoder(columns: readonly string[]): Encoder {
  const known = new WeakMap<Text, string>();
  const encode = (cell: Cell): string | number | boolean => {
    // Empty means not known.
    if (cell === null) return "";
    if (typeof cell !== "object") return cell;
    const found = known.get(cell) ?? quote(neutralise(cell.text));
    known.set(cell, found);
    return found;
  };
  return {
    head: `${columns.join(",")}\r\n`,
    row(cells) {
      let line = `${encode(cells[0] ?? null)}`;
      for (let i = 1; i < cells.length; i++) line += `,${encode(cells[i] as Cell)}`;
      return `${line}\r\n`;
    },
  };
}

function quote(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Text that people wrote is marked as text, so that no spreadsheet takes it for a formula: one `'` before what it would
 * run, and before a `'` of its own, so that reading back removes exactly one.
 */
function neutralise(text: string): string {
  return /^[=+\-@\t\r']/.test(text) ? `'${text}` : text;
}
