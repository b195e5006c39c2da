/** Databases from another time, and files that must not be left half-written. */

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { Access } from "../../../db/access/access.ts";
import { SCHEMA_VERSION } from "../../../db/open.ts";
import { Cli, runCli } from "../../helpers/run-cli.ts";
import { SampleHistory } from "../../helpers/sample-history.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { placeAt } from "./place.ts";

const EVENTS = ["export", "--shape", "events", "--tz", "UTC"];

function tamper(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

describe("a database from a newer version is refused with exit code 3", () => {
  test.each([["collect"], ["start"], ["serve"], ["status"], ["account", "list"], EVENTS])(
    "by %s %s",
    async (...args) => {
      const here = await placeAt(1863);
      tamper(here.databasePath, "PRAGMA user_version = 2001");
      const before = readFileSync(here.databasePath);
      expect(await runCli(args, { data: here.data })).toEqual({
        code: 3,
        out: "",
        err: [
          `rollcall: ${here.databasePath} was written by a newer Rollcall (schema 2.1; this one knows ${Math.floor(SCHEMA_VERSION / 1000)}.${SCHEMA_VERSION % 1000}): install the newer version`,
        ],
      });
      expect(readFileSync(here.databasePath).equals(before)).toBe(true);
    },
  );

  test("by account add, which asks for no password first", async () => {
    const here = await placeAt(1863);
    tamper(here.databasePath, "PRAGMA user_version = 2001");
    // There is no terminal to ask at: that would be said first, were it asked first.
    const { code, err } = await runCli(["account", "add", "you@example.com", "--server", "x"], { data: here.data });
    expect(err).toEqual([expect.stringMatching(/ was written by a newer Rollcall /)]);
    expect(code).toBe(3);
  });
});

test("what is no database is one line, exit code 1", async () => {
  const data = tempFolder();
  writeFileSync(join(data, "rollcall.db"), "Dear diary, ".repeat(500));
  for (const args of [["collect"], ["status"], EVENTS]) {
    expect(await runCli(args, { data })).toEqual({
      code: 1,
      out: "",
      err: [`rollcall: ${join(data, "rollcall.db")} is not a database`],
    });
  }
});

describe("an export to a file", () => {
  function withHistory(): string {
    const data = tempFolder();
    new SampleHistory(data, Date.now() - 1_000).close();
    return data;
  }

  test("that fails leaves no file, and an older one as it was", async () => {
    const data = withHistory();
    const folder = tempFolder();
    const out = join(folder, "events.csv");
    // No file may grow beyond 64 kB here.
    const limited = (path: string) => inShell(`ulimit -f 128; exec "$0" "$@" --out '${path}'`, data);
    expect(limited(out)).toEqual({
      status: 1,
      stdout: "",
      stderr: `rollcall: cannot write ${out}: EFBIG: file too large, write\n`,
    });
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(out, "last week's\n");
    expect(limited(out).status).toBe(1);
    expect(readdirSync(folder)).toEqual(["events.csv"]);
    expect(readFileSync(out, "utf8")).toBe("last week's\n");
  });

  test("into a folder that is not there, or in a folder's place, is one line", async () => {
    const data = withHistory();
    const folder = tempFolder();
    const nowhere = join(folder, "nowhere", "events.csv");
    expect(await runCli([...EVENTS, "--out", nowhere], { data })).toEqual({
      code: 1,
      out: "",
      err: [`rollcall: cannot write ${nowhere} (ENOENT): check that its folder is there and may be written to`],
    });
    const taken = join(folder, "taken");
    mkdirSync(taken);
    expect(await runCli([...EVENTS, "--out", taken], { data })).toEqual({
      code: 1,
      out: "",
      err: [`rollcall: cannot write ${taken} (EISDIR): check that its folder is there and may be written to`],
    });
    expect(readdirSync(folder)).toEqual(["taken"]);
  });

  test("to a device writes to the device and puts nothing in its place", async () => {
    const data = withHistory();
    const { status, stdout } = inShell(`"$0" "$@" --out /dev/stdout | cat`, data);
    expect(status).toBe(0);
    expect(stdout).toBe((await runCli(EVENTS, { data })).out);
    expect(existsSync("/dev/stdout.unfinished")).toBe(false);
    expect(await runCli([...EVENTS, "--out", "/dev/null"], { data })).toEqual({ code: 0, out: "", err: [] });
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  test("to a reader who has seen enough is no failure", () => {
    const { stdout, stderr } = inShell(`{ "$0" "$@"; echo "code $?" >&2; } | head -n 2`, withHistory());
    expect({ stderr, lines: stdout.trim().split("\r\n").length }).toEqual({ stderr: "code 0\n", lines: 2 });
  });

  /** The export of all events, as `$0 $@` of a line of shell. */
  function inShell(line: string, data: string): { status: number | null; stdout: string; stderr: string } {
    const launcher = join(import.meta.dirname, "..", "..", "..", "collector", "rollcall.js");
    const { status, stdout, stderr } = spawnSync("sh", ["-c", line, process.execPath, launcher, ...EVENTS], {
      encoding: "utf8",
      maxBuffer: 1 << 26,
      env: { PATH: process.env.PATH, NODE_ENV: "production", ROLLCALL_DATA: data },
    });
    return { status, stdout, stderr };
  }
});

describe("the sandbox's past", () => {
  test("that is interrupted leaves no history, and the next start makes one of its own", async () => {
    const data = tempFolder();
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      const collector = new Cli(["collect", "--sandbox", "127.0.0.1:9"], { data });
      await collector.says(/living through the sandbox's last eight weeks: 10 %/);
      const { code } = await collector.stop(signal);
      expect(code).toBe(signal === "SIGTERM" ? 0 : null);
      expect(existsSync(join(data, "sandbox.db"))).toBe(false);
      const status = await runCli(["status"], { data });
      expect(status.out).toMatch(/, nothing recorded yet$/m);
    }
    const collector = new Cli(["collect", "--sandbox", "127.0.0.1:9"], { data });
    await collector.says(/: 100 %$/);
    await collector.says(/recording into .*sandbox\.db$/);
    await collector.says(/trying again in/);
    expect((await collector.stop()).code).toBe(0);
    expect(readdirSync(data).filter((name) => name.includes("unfinished"))).toEqual([]);
    const status = await runCli(["status"], { data });
    expect(status.out).toMatch(/\(the sandbox: made-up people\)$/m);
    const { out } = await runCli(["export", "--shape", "coverage"], { data });
    expect(out).toMatch(/,you@sandbox\.example,/);
  });
});

test("files that another user made at a first start are told in one line", async () => {
  const here = await placeAt(9);
  // The folder is ours; what is in it is not.
  chmodSync(here.data, 0o777);
  chmodSync(join(here.data, ".."), 0o755);
  const asNobody = { data: here.data, asNobody: true };
  for (const file of ["collector.key", "rollcall.db"]) chmodSync(join(here.data, file), 0o600);
  writeFileSync(join(here.data, "collector.lock"), "", { mode: 0o600 });
  if (process.getuid?.() !== 0) for (const file of readdirSync(here.data)) chmodSync(join(here.data, file), 0);
  const check = `check who owns it and its folder, or choose another folder with ROLLCALL_DATA`;
  expect(await runCli(["status"], asNobody)).toEqual({
    code: 1,
    out: "",
    err: [`rollcall: cannot read ${here.databasePath}: ${check}`],
  });
  const locked = await runCli(["collect"], asNobody);
  expect(locked.err).toEqual([
    expect.stringMatching(
      /^rollcall: cannot write to collector\.lock and collector\.pid in .* \(SQLITE_\w+\): check who owns them, or/,
    ),
  ]);
  expect(locked.code).toBe(2);
  chmodSync(join(here.data, "collector.lock"), 0o666);
  expect(await runCli(["collect"], asNobody)).toEqual({
    code: 1,
    out: "",
    err: [`rollcall: cannot read ${here.databasePath}: ${check}`],
  });
  chmodSync(here.databasePath, 0o666);
  const line = `cannot read ${join(here.data, "collector.key")} (EACCES): check who owns it`;
  const { code, err } = await runCli(["collect"], asNobody);
  expect(code).toBe(3);
  expect(err.at(-1)).toBe(`rollcall: no account is left to record: ${line}`);
});

test("a folder that belongs to somebody else is not taken for an empty one", async () => {
  const here = await placeAt(9);
  const asNobody = { data: here.data, asNobody: true };
  for (const args of [["status"], ["account", "list"], EVENTS]) {
    const { code, out, err } = await runCli(args, asNobody);
    if (process.getuid?.() !== 0) continue;
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toEqual([
      expect.stringMatching(/^rollcall: cannot look into .* \(EACCES\): it belongs to another user/),
    ]);
  }
});

test("key prints a fresh address, and the one before stops working", async () => {
  const here = await placeAt(9);
  const address = /^Open http:\/\/127\.0\.0\.1:7655\/\?key=([\w-]{32})\n$/;
  const [first, second] = [await runCli(["key"], { data: here.data }), await runCli(["key"], { data: here.data })];
  const access = new Access(here.data);
  const redeem = (out: string) => access.redeemKey(address.exec(out)?.[1] ?? "", 1);
  expect([redeem(first.out), redeem(second.out), redeem(second.out)]).toEqual([
    undefined,
    expect.any(String),
    undefined,
  ]);
  access.close();
});
