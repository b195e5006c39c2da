/**
 * What the daemon says while it runs, for a terminal, a journal or a program that reads it. The run's id on each line tells
 * one life of a process from the next.
 */
import { randomBytes } from "node:crypto";
import { type Logger, pino } from "pino";
import { readSettings } from "../../db/settings/settings.ts";
import { plain } from "./plain.ts";

export type Level = "debug" | "info" | "warn" | "error";

interface Line {
  level: Level;
  time: string;
  run: string;
  msg: string;
}

let logger: Logger | undefined;

export function say(level: Level, message: string): void {
  // Not before the first line: by then the options of the command line stand in the environment.
  logger ??= openLog();
  logger[level](plain(message));
}

function openLog(): Logger {
  const settings = readSettings();
  const format = settings.get("log.format");
  // Whoever read the log may go; what is recorded does not depend on it.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  const isText = format === "text" || (format === "auto" && process.stdout.isTTY);
  return pino(
    {
      level: settings.get("log.level"),
      base: { run: randomBytes(3).toString("hex") },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    {
      write(json) {
        const line = JSON.parse(json) as Line;
        const print = line.level === "warn" || line.level === "error" ? console.error : console.log;
        print(isText ? inText(line) : json.trimEnd());
      },
    },
  );
}

function inText({ time, run, level, msg }: Line): string {
  return `${time} ${run} ${level.padEnd(5)} ${msg}`;
}

/** Under `rollcall start`, the parent waits for this word. One that is gone is noticed by `askedToStop`, not here. */
export function tellParent(word: string): void {
  process.send?.(word, undefined, undefined, () => undefined);
}
