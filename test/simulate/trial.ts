/** Plays a script in a folder of its own and has the oracle judge it. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Finding } from "./oracle/finding.ts";
import { judge } from "./oracle/judge.ts";
import type { Script } from "./script.ts";
import { playScript } from "./world.ts";

/** Memory that looks like a disk, where there is one: thousands of commits a day, and no power to lose. */
const MEMORY = "/dev/shm";

export async function tryScript(script: Script): Promise<Finding[]> {
  const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), "rollcall-simulation-"));
  try {
    return await judge(await playScript(script, folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
