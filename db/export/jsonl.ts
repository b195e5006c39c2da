/** Rows as JSON lines: numbers and booleans as such, null for what is not known, text as it was written. */
import type { Cell, Encoder } from "./cells.ts";
import type { Text } from "./names.ts";

export function jsonlEncoder(columns: readonly string[]): Encoder {
  const keys = columns.map((column, i) => `${i === 0 ? "{" : ","}${JSON.stringify(column)}:`);
  const known = new WeakMap<Text, string>();
  const encode = (cell: Cell): string => {
    if (cell === null || typeof cell !== "object") return JSON.stringify(cell);
    const found = known.get(cell) ?? JSON.stringify(cell.text);
    known.set(cell, found);
    return found;
  };
  return {
    head: "",
    row(cells) {
      let line = "";
      for (let i = 0; i < cells.length; i++) line += `${keys[i]}${encode(cells[i] as Cell)}`;
      return `${line}}\n`;
    },
  };
}
