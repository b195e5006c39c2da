/** What passes between those who make rows and those who write them down. */
import type { Names, Text } from "./names.ts";

/** A string is a word of ours that no format needs to mark; `Text` is what others wrote; null is not known. */
export type Cell = string | number | boolean | Text | null;
export type Page = Cell[][];

export interface RowOptions {
  names: Names;
  /** In units that mean nothing but how much is done of how much. */
  onProgress(done: number, total: number): void;
}

/** A format. */
export interface Encoder {
  head: string;
  row(cells: readonly Cell[]): string;
}
