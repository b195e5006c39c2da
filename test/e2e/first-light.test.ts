/** What a newcomer gets: one command, one address, people who change status, and a gap that is a gap. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { launchBrowser, openPage } from "../helpers/browser.ts";

const LAUNCHER = join(import.meta.dirname, "..", "..", "collector", "rollcall.js");

let folder: string;
let started: ChildProcess | undefined;
let output = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rollcall-first-"));
  output = "";
});

afterEach(async () => {
  if (started && started.exitCode === null) {
    const gone = new Promise((resolve) => started?.once("exit", resolve));
    started.kill("SIGTERM");
    await gone;
  }
  rmSync(folder, { recursive: true, force: true });
});

test("start shows people who change status, and a killed sandbox leaves a gap and no offline time", async () => {
  const address = await start();
  const browser = await launchBrowser();
  try {
    const { origin } = new URL(address);
    const { page, complaints } = await openPage(browser, origin);
    await page.goto(address);
    await page.getByText("This is the sandbox").waitFor();
    await page.getByText("Live", { exact: true }).waitFor();

    // A status on the page changes by itself, within seconds.
    const statuses = () => page.locator("main li").allInnerTexts();
    const words = async () => (await statuses()).map((text) => text.replace(/\d+\s?(s|min|h|days?)\b/g, ""));
    const before = await words();
    expect(before.length).toBeGreaterThan(10);
    await vi.waitFor(async () => expect(await words()).not.toEqual(before), { timeout: 60_000, interval: 250 });
    expect(complaints).toEqual([]);

    process.kill(await sandboxPid(), "SIGKILL");
    await vi.waitFor(() => expect(output.match(/signed in, watching/g)).toHaveLength(2), {
      timeout: 60_000,
      interval: 100,
    });
  } finally {
    await browser.close();
  }
  const coverage = await exported("coverage");
  const [lost, back] = coverage.slice(-2);
  expect(lost).toMatchObject({ end_reason: "connection-lost" });
  expect(back).toMatchObject({ end_reason: "" });
  // From the last proof before the cut to the new snapshot, nobody is anything but unknown.
  const gap = (await exported("spans")).filter(({ from_utc = "", to_utc = "" }) => {
    return from_utc < (back?.from_utc ?? "") && to_utc > (lost?.to_utc ?? "");
  });
  expect(gap.length).toBeGreaterThan(10);
  expect(new Set(gap.map(({ status }) => status))).toEqual(new Set(["unknown"]));
});

/** Runs `rollcall start` and resolves with the address that it prints. */
function start(): Promise<string> {
  const child = spawn(process.execPath, [LAUNCHER, "start"], {
    env: { ...process.env, ROLLCALL_DATA: folder, ROLLCALL_PORT: "0", NODE_ENV: "production" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started = child;
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const address = /^Open (\S+)$/m.exec(output)?.[1];
      if (address) resolve(address);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", (code) => reject(new Error(`start ended with ${code}:\n${output}`)));
  });
}

async function sandboxPid(): Promise<number> {
  return Number(/sandbox listening on \S+ \(process (\d+)\)/.exec(output)?.[1]);
}

async function exported(shape: string): Promise<Record<string, string>[]> {
  const child = spawn(process.execPath, [LAUNCHER, "export", "--shape", shape, "--tz", "UTC"], {
    env: { ...process.env, ROLLCALL_DATA: folder },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
  return parse(Buffer.concat(chunks), { columns: true }) as Record<string, string>[];
}
