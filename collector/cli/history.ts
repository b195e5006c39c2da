import { DatabaseRefused, type Handle, openForReading } from "../../db/open.ts";

/** A reader of the history, or undefined when nothing has been recorded yet; what else is wrong is thrown. */
export function readerOrNothing(path: string): Handle | undefined {
  try {
    return openForReading(path);
  } catch (error) {
    if (error instanceof DatabaseRefused && error.code === "missing") return undefined;
    throw error;
  }
}
