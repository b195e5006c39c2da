/** `rollcall db check`: whether the history keeps its own rules. */
import { Command } from "commander";
import { checkHistory } from "../../db/check/check.ts";
import { openForReading } from "../../db/open.ts";
import { chooseDatabase, dataFolder } from "../../db/settings/data-folder.ts";
import { systemClock } from "../clock.ts";
import { EXIT, Failure } from "./exit.ts";
import { plain } from "./plain.ts";
import { type ProgressLine, progressLine } from "./progress.ts";

export const checkCommand = new Command("check")
  .description("check the history against its own rules, also while it is being recorded; a line for each finding")
  .option("--full", "compare every rollup with the facts, which takes longer, and not a part of them")
  .action(({ full = false }: { full?: boolean }) => {
    const { path } = chooseDatabase(dataFolder());
    const db = openForReading(path);
    const progress = progressOfParts();
    try {
      const findings = checkHistory(db, { nowMs: systemClock.nowMs(), isFull: full, onProgress: progress.tell });
      progress.end();
      for (const { what, advice } of findings) console.log(plain(`${what}; ${advice}`));
      if (findings.length > 0)
        throw new Failure(
          EXIT.failed,
          `${path}: ${findings.length === 1 ? "one finding" : `${findings.length} findings`}`,
        );
      console.log(plain(`${path}: all is as it should be`));
    } finally {
      progress.end();
      db.close();
    }
  });

/** A line for each part, one in the place of the other. */
function progressOfParts(): { tell(name: string, done: number, total: number): void; end(): void } {
  let current: { name: string; line: ProgressLine } | undefined;
  return {
    tell(name, done, total) {
      if (current?.name !== name) {
        current?.line.end();
        current = { name, line: progressLine(`checking ${name}`) };
      }
      current.line.tell(done, total);
    },
    end: () => current?.line.end(),
  };
}
