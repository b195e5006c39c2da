/** The process that makes one backup: SOURCE TARGET. Says what comes of it to whoever started it. */
import type { FromBackup } from "./apart.ts";
import { backUp } from "./backup.ts";

const [source = "", target = ""] = process.argv.slice(2);
const say = (message: FromBackup): void => void process.send?.(message);

try {
  backUp(source, target, (stage) => say({ kind: "stage", stage }));
  say({ kind: "done" });
} catch (error) {
  const { code, message } = error as Error & { code?: string };
  const isFull = code === "SQLITE_FULL" || code === "ENOSPC";
  say({ kind: "failed", message: isFull ? `no room on the disk for ${target}` : message });
}
process.disconnect?.();
