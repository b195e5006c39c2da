/** How `start` and `serve` keep their processes running. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Child, type Pace } from "../../../collector/cli/children.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/test-clock.ts";

/** Real processes, and nobody who waits for seconds. */
const PACE: Pace = { firstRestartMs: 20, wellMs: 600_000, stopMs: 500 };

interface Kept {
  child: Child;
  said: string[];
  /** How often it has been started. */
  starts(): number;
}

/** Keeps a program running that adds a line to a file when it starts, and then does this. */
function keep(program: string, pace = PACE): Kept {
  const folder = tempFolder();
  const [file, log] = [join(folder, "child.mjs"), join(folder, "starts")];
  writeFileSync(log, "");
  writeFileSync(
    file,
    `import { appendFileSync } from "node:fs";appendFileSync(${JSON.stringify(log)}, "x");${program}`,
  );
  const said: string[] = [];
  const child = new Child([file], { name: "half", pace, say: (level, message) => said.push(`${level} ${message}`) });
  return { child, said, starts: () => readFileSync(log, "utf8").length };
}

/** In the first of its lives. */
const FIRST = `(await import("node:fs")).readFileSync(process.argv[1].replace("child.mjs", "starts"), "utf8") === "x"`;
const LIVES = "setInterval(() => undefined, 1000);";

describe("a child", () => {
  test("that crashes is started again, ever more slowly, and given up loudly", async () => {
    const { child, said, starts } = keep("process.exit(7)");
    expect(await child.done).toBe(1);
    expect(starts()).toBe(5);
    expect(said).toEqual([
      "warn the half stopped with code 7; starting it again in 0.02 s",
      "warn the half stopped with code 7; starting it again in 0.04 s",
      "warn the half stopped with code 7; starting it again in 0.08 s",
      "warn the half stopped with code 7; starting it again in 0.16 s",
      "error the half has stopped 5 times in a row (the last time it stopped with code 7); giving up",
    ]);
  });

  test("that ran well in between begins to count afresh", async () => {
    const { child, starts } = keep("setTimeout(() => process.exit(7), 60)", { ...PACE, firstRestartMs: 1, wellMs: 50 });
    await until(() => starts() > 7, "more starts than would be given up");
    await child.stop();
  });

  test("that is killed is started again, and stays", async () => {
    const { child, said, starts } = keep(`${LIVES}if (${FIRST}) process.kill(process.pid, "SIGKILL");`);
    await until(() => starts() === 2, "the second start");
    expect(said).toEqual(["warn the half was killed (SIGKILL); starting it again in 0.02 s"]);
    await child.stop();
    expect(starts()).toBe(2);
  });

  test.each([
    ["a refusal", 3],
    ["a wrong setting", 2],
    ["an end in order", 0],
  ])("that ends with %s is not started again", async (_, code) => {
    const { child, said, starts } = keep(`process.exit(${code})`);
    expect([await child.done, starts(), said]).toEqual([code, 1, []]);
  });

  test("that does not stop when it is told to is killed", async () => {
    const { child, said, starts } = keep(`process.on("SIGTERM", () => undefined);${LIVES}process.send("up");`);
    await until(() => starts() === 1, "the start");
    // It may be told before it has learnt not to listen.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await child.stop();
    expect(said).toEqual(["error the half did not stop, and was killed"]);
  });

  test("that waits to be started again is not when it is told to stop", async () => {
    const { child, said, starts } = keep("process.exit(7)", { ...PACE, firstRestartMs: 60_000 });
    await until(() => said.length === 1, "the first crash");
    await child.stop();
    expect(starts()).toBe(1);
  });
});
