/** A fixed set of simulated worlds, two processes at a time. More of them: `npm run simulate -- --seed S --days D`. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const PROGRAM = join(import.meta.dirname, "../../simulate/main.ts");
const DAYS = 100;

test(`twice ${DAYS} days leave a history without a lie`, { timeout: 2_400_000 }, async () => {
  const [first, second] = await Promise.all([simulate("first"), simulate("second")]);
  expect(first).toMatch(/days simulated, nothing to object\n$/);
  expect(second).toMatch(/days simulated, nothing to object\n$/);
});

/** What the simulation says. What failed stands in it, and the seed of the world to play again. */
async function simulate(seed: string): Promise<string> {
  const args = [PROGRAM, "--seed", seed, "--days", String(DAYS), "--no-shrink"];
  try {
    return (await promisify(execFile)(process.execPath, args)).stdout;
  } catch (error) {
    const { code, stdout } = error as { code?: number; stdout?: string };
    if (code === 1 && stdout) return stdout;
    throw error;
  }
}
