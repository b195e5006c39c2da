/** Where a running collector answers to whoever may look into its data folder, and how to ask it. */
import { createHash } from "node:crypto";
import { request } from "node:http";
import { join } from "node:path";

/** A socket in the data folder; on Windows a pipe, named after the folder. */
export function socketPath(folder: string): string {
  if (process.platform !== "win32") return join(folder, "collector.sock");
  return `\\\\.\\pipe\\rollcall-${createHash("sha256").update(folder).digest("hex").slice(0, 16)}`;
}

/** What `/readyz` says. */
export interface Readiness {
  isReady: boolean;
  /** Facts that wait in memory because the disk refuses, and why it does; null while it takes everything. */
  held: { facts: number; why: string | null };
}

/** Asks the collector of this folder; undefined when nobody answers within `patienceMs`. */
export function askReadiness(folder: string, patienceMs = 150): Promise<Readiness | undefined> {
  return new Promise((resolve) => {
    const asking = request(
      { socketPath: socketPath(folder), path: "/readyz", signal: AbortSignal.timeout(patienceMs) },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (chunk: string) => {
          text += chunk;
        });
        answer.on("end", () => resolve(readinessIn(text)));
        answer.on("error", () => resolve(undefined));
      },
    );
    // Nobody is there, or nobody who answers in time.
    asking.on("error", () => resolve(undefined));
    asking.end();
  });
}

function readinessIn(text: string): Readiness | undefined {
  try {
    return JSON.parse(text) as Readiness;
  } catch {
    // Another program's socket, or another version's.
    return undefined;
  }
}
