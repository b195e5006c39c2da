import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { LockHeld, lockDataFolder } from "../../../db/lock.ts";
import { tempFolder } from "../../helpers/temp.ts";

const NOW = Date.UTC(2026, 10, 22, 14);

/** Another process that holds the folder's lock. */
async function holder(folder: string): Promise<ChildProcess> {
  const script = `
    import { lockDataFolder } from ${JSON.stringify(new URL("../../../db/lock.ts", import.meta.url))};
    lockDataFolder(${JSON.stringify(folder)}, ${NOW});
    // Nobody keeps the lock: what is not reachable is collected, and its finalizers run in turns of their own.
    for (let turn = 0; turn < 5; turn++) {
      gc();
      await new Promise((resolve) => setImmediate(resolve));
    }
    console.log("locked");
    setInterval(() => undefined, 60_000);`;
  const child = spawn(process.execPath, ["--expose-gc", "--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return child;
}

test("a second holder is refused and told which process has the folder", async () => {
  const folder = tempFolder();
  const child = await holder(folder);
  expect(() => lockDataFolder(folder, NOW)).toThrow(
    new LockHeld(
      `another collector (process ${child.pid} since 2026-11-22T14:00:00.000Z) is recording into ${folder}: stop it first, or choose another folder with ROLLCALL_DATA`,
    ),
  );
  rmSync(join(folder, "collector.pid"));
  expect(() => lockDataFolder(folder, NOW)).toThrow("(a process that did not leave its number)");
  child.kill("SIGKILL");
  await once(child, "exit");
});

test("the lock is free again when its holder was killed", async () => {
  const folder = tempFolder();
  const child = await holder(folder);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(existsSync(join(folder, "collector.pid"))).toBe(true);
  lockDataFolder(folder, NOW).release();
});

test("a lock that has been let go can be taken again, and leaves no name behind", () => {
  const folder = tempFolder();
  lockDataFolder(folder, NOW).release();
  expect(existsSync(join(folder, "collector.pid"))).toBe(false);
  const lock = lockDataFolder(folder, NOW);
  expect(() => lockDataFolder(folder, NOW)).toThrow(LockHeld);
  lock.release();
});

test("two folders have two locks", () => {
  const locks = [tempFolder(), tempFolder()].map((folder) => lockDataFolder(folder, NOW));
  for (const lock of locks) lock.release();
});
