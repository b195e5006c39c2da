/** Files that a command writes for its user. */
import { randomBytes } from "node:crypto";
import { createWriteStream, statSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { EXIT, Failure } from "./exit.ts";

/** The file appears when it is complete. What is there already and no file, such as /dev/null, is written to as it is. */
export async function writeFileWhole(content: Readable, path: string): Promise<void> {
  const isPlain = statSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
  const unfinished = isPlain ? `${path}.${process.pid}-${randomBytes(3).toString("hex")}.unfinished` : path;
  try {
    await pipeline(content, createWriteStream(unfinished, { flags: isPlain ? "wx" : "w" }));
    if (isPlain) await rename(unfinished, path);
  } catch (error) {
    if (isPlain) await rm(unfinished, { force: true });
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    const why =
      syscall === "open" ? ` (${code}): check that its folder is there and may be written to` : `: ${message}`;
    throw new Failure(EXIT.failed, `cannot write ${path}${why}`, { cause: error });
  }
}
