/** A fixed set of simulated worlds, two processes at a time. More of them: `npm run simulate -- --seed S --days D`. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const PROGRAM = join(import.meta.dirname, "../../simulate/main.ts");
const DAYS = 105;

for (const seed of ["first", "second"]) {
  test.concurrent(`${DAYS} days from the seed "${seed}" leave a history without a lie`, {
    timeout: 600_000,
  }, async () => {
    const args = [PROGRAM, "--seed", seed, "--days", String(DAYS), "--no-shrink"];
    // What failed stands in the output, and the seed of the world to play again.
    const { stdout } = await promisify(execFile)(process.execPath, args).catch((error: { stdout?: string }) => {
      if (error.stdout) return { stdout: error.stdout };
      throw error;
    });
    expect(stdout).toMatch(/days simulated, nothing to object\n$/);
  });
}
