/** Rollcall as other programs are installed: the package as npm makes it, put where npm would put it. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { freePort } from "../../collector/cli/port.ts";
import { Cli, runCli } from "../helpers/run-cli.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/test-clock.ts";
import { placeAt, recorded, rows, serverThat } from "../integration/cli/place.ts";

const ROOT = join(import.meta.dirname, "..", "..");

function run(program: string, ...args: string[]): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: ROOT, encoding: "utf8" });
  if (status !== 0) throw error ?? new Error(`${basename(program)} ${args.join(" ")}: ${stdout}${stderr}`);
}

/** The folder of an unpacked package. */
function packed(): string {
  const folder = tempFolder();
  run(process.execPath, join(ROOT, "collector", "package.ts"));
  run("npm", "pack", "--ignore-scripts", "--pack-destination", folder);
  const [archive = ""] = readdirSync(folder);
  run("tar", "-xzf", join(folder, archive), "-C", folder);
  return join(folder, "package");
}

/** What npm does with it, but for the downloads: what it needs is linked from here. Returns where it is to lie. */
function modulesFolder(): string {
  const modules = join(tempFolder(), "lib", "node_modules");
  mkdirSync(modules, { recursive: true });
  for (const name of readdirSync(join(ROOT, "node_modules"))) {
    if (!name.startsWith(".")) symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  }
  return join(modules, "rollcall");
}

function putVersion(folder: string, version: string): void {
  for (const file of [join(folder, "package.json"), join(folder, "dist", "package.json")]) {
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), version }));
  }
}

test("the package runs without a step of building, and a newer one goes on with the old one's history", async () => {
  const unpacked = packed();
  const files = readdirSync(unpacked, { recursive: true, encoding: "utf8" });
  expect(files.filter((file) => /\.tsx?$/.test(file))).toEqual([]);
  // It may be given to others.
  for (const file of files.filter((file) => /\.(m?js|json)$/.test(file) && !/ /.test(file))) {
    expect(readFileSync(join(unpacked, file), "utf8").includes(ROOT), file).toBe(false);
  }

  const folder = modulesFolder();
  renameSync(unpacked, folder);
  const launcher = join(folder, "collector", "rollcall.js");
  const server = await serverThat({ contacts: ["ann@example.com"], present: ["NLN ann@example.com Ann"] });
  const here = await placeAt(server.port);
  const env = { ROLLCALL_PORT: String(await freePort()) };
  const start = () => new Cli(["start"], { data: here.data, env, launcher });

  const old = start();
  const address = await started(old);
  expect(await pageAt(address)).toContain("ann@example.com");
  // As the README says: a backup, the new package over the old one, and a start.
  const { data } = here;
  expect(await runCli(["backup"], { data, launcher })).toMatchObject({ code: 0, err: [] });
  const newer = join(tempFolder(), "package");
  run("cp", "-r", folder, newer);
  putVersion(newer, "0.9.9");
  rmSync(folder, { recursive: true });
  renameSync(newer, folder);
  expect(await old.stop()).toMatchObject({ code: 0 });

  const next = start();
  const again = await started(next);
  const cookie = await enter(again);
  expect(await pageAt(again, cookie)).toContain("ann@example.com");
  expect(await addAt(again, cookie)).toContain("Added bob@example.com at 127.0.0.1:1.");
  expect(await next.stop()).toMatchObject({ code: 0 });
  expect(rows(here, "SELECT version, end_reason FROM run ORDER BY id")).toEqual([
    { version: JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).version, end_reason: "stopped" },
    { version: "0.9.9", end_reason: "stopped" },
  ]);
  expect(rows(here, "SELECT end_reason FROM coverage")).toEqual([{ end_reason: "stopped" }, { end_reason: "stopped" }]);
  expect(recorded(here, "ann@example.com")).toEqual(["available", "available"]);
  expect(readdirSync(join(here.data, "backups")).length).toBeGreaterThan(0);

  // Taking the package away takes no history away.
  rmSync(folder, { recursive: true });
  expect(readdirSync(here.data)).toContain("rollcall.db");
});

/** Both halves run, whichever is up first. Returns the dashboard's address. */
async function started(cli: Cli): Promise<string> {
  const words = [/signed in, watching/, /^Open \S+$/m];
  await until(() => words.every((pattern) => pattern.test(cli.output)), "both halves", 60_000);
  return /^Open (\S+)$/m.exec(cli.output)?.[1] ?? "";
}

/** Uses up the key of this address, and returns the cookie of the browser that did. */
async function enter(address: string): Promise<string> {
  const entered = await fetch(address, { redirect: "manual" });
  return entered.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; ");
}

/** What a browser sees that was given this address with its key. */
async function pageAt(address: string, cookie?: string): Promise<string> {
  const response = await fetch(new URL(address).origin, { headers: { cookie: cookie ?? (await enter(address)) } });
  expect(response.status).toBe(200);
  return response.text();
}

/** The page after an account has been added there, where nobody listens. */
async function addAt(address: string, cookie: string): Promise<string> {
  const { origin } = new URL(address);
  const fields = { do: "add", address: "bob@example.com", password: "secret", server: "127.0.0.1:1", untested: "yes" };
  const response = await fetch(`${origin}/api/accounts`, {
    method: "POST",
    headers: { cookie, origin },
    body: new URLSearchParams(fields),
  });
  return response.text();
}
