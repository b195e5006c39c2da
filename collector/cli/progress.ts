/** How far something long has come: one line on a terminal's standard error that is drawn again and again. */
import type { Migrating } from "../../db/open.ts";
import { migratingWords } from "../supervise/upgrading.ts";

const REDRAW_MS = 100;

export interface ProgressLine {
  /** `total` may be unknown; then the line counts. */
  tell(done: number, total?: number): void;
  /** Wipes the line. To be called also when the work failed, before anything else is said. */
  end(): void;
}

/** Silent where nobody looks: in a pipe, under a service, in a test. */
export function progressLine(what: string, stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  if (!stream.isTTY) return { tell: () => undefined, end: () => undefined };
  let drawnMs = Number.NEGATIVE_INFINITY;
  return {
    tell(done, total) {
      const nowMs = performance.now();
      if (nowMs - drawnMs < REDRAW_MS) return;
      drawnMs = nowMs;
      stream.write(`\r\u001b[K${line(what, done, total, stream.columns || 80)}`);
    },
    end() {
      if (drawnMs >= 0) stream.write("\r\u001b[K");
    },
  };
}

/** For commands that bring a history up to date themselves: SQLite says nothing while it is at it. */
export function tellMigrating(migrating: Migrating): void {
  console.error(migratingWords(migrating));
}

/** `exporting events  [########            ]  42 %`, no wider than the terminal, or it would not be drawn over. */
export function line(what: string, done: number, total: number | undefined, columns: number): string {
  if (!total) return `${what}  ${Math.round(done).toLocaleString("en")}`.slice(0, columns - 1);
  const fraction = Math.min(1, Math.max(0, done / total));
  const width = Math.min(30, columns - what.length - 12);
  const filled = Math.round(fraction * width);
  const bar = width < 5 ? "" : `  [${"#".repeat(filled)}${" ".repeat(width - filled)}]`;
  return `${what}${bar}  ${String(Math.floor(fraction * 100)).padStart(3)} %`.slice(0, columns - 1);
}
