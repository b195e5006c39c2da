/** Backups by the commands themselves. */
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Cli, runCli } from "../../helpers/run-cli.ts";
import { SampleHistory } from "../../helpers/sample-history.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { placeAt } from "./place.ts";

function withHistory(): string {
  const data = tempFolder();
  new SampleHistory(data, Date.now() - 1_000).close();
  return data;
}

test("a history is backed up, lost, and put back", async () => {
  const data = withHistory();
  const spans = async () =>
    (await runCli(["export", "--shape", "spans", "--tz", "UTC", "--to", "2026-11-01"], { data })).out;
  const before = await spans();
  const made = await runCli(["backup"], { data });
  expect(made).toMatchObject({ code: 0, err: [] });
  const [, file = ""] = /^(.*backups.rollcall-.*Z\.db), \d+\.\d MB, verified\n$/.exec(made.out) ?? [];
  for (const part of ["", "-wal", "-shm"]) rmSync(join(data, `rollcall.db${part}`), { force: true });
  expect(await runCli(["restore", file], { data })).toMatchObject({
    code: 0,
    err: [],
    out: `${join(data, "rollcall.db")} is now what ${file} was.\n`,
  });
  expect(await spans()).toBe(before);
});

test("a running collector is backed up as well; nothing is put back under it", async () => {
  const here = await placeAt(9);
  const collector = new Cli(["collect"], { data: here.data });
  await collector.says(/recording into/);
  const out = join(tempFolder(), "copy.db");
  expect((await runCli(["backup", "--out", out], { data: here.data })).code).toBe(0);
  const { code, err } = await runCli(["restore", out], { data: here.data });
  expect(code).toBe(3);
  expect(err.join("\n")).toMatch(/^rollcall: another collector \(process \d+ since .*\) is recording into/);
  expect((await collector.stop()).code).toBe(0);
});

test("what cannot be done is said in one line", async () => {
  const data = withHistory();
  const file = join(data, "diary.db");
  writeFileSync(file, "Dear diary, ".repeat(500));
  const told = async (...args: string[]) => {
    const { code, err } = await runCli(args, { data });
    return [code, ...err.map((line) => line.replaceAll(data, "DATA"))];
  };
  expect(await told("backup", "--out", file)).toEqual([2, "rollcall: DATA/diary.db is there already"]);
  expect(await told("backup", "--out", join(data, "nowhere", "x.db"))).toEqual([
    1,
    expect.stringMatching(
      /^rollcall: no backup was made: ENOENT: no such file or directory, open 'DATA\/nowhere\/x\.db/,
    ),
  ]);
  expect(await told("restore", file)).toEqual([1, "rollcall: DATA/diary.db is not a database"]);
  expect(await told("restore", join(data, "none.db"))).toEqual([
    1,
    "rollcall: there is no history at DATA/none.db yet",
  ]);
  expect(await told("backup", "--every", "often")).toEqual([2, expect.stringContaining("it should be a whole number")]);
  expect(readdirSync(data)).not.toContain("backups");
});

test("the schedule is a setting", async () => {
  const data = withHistory();
  const said = async (...args: string[]) => (await runCli(["backup", ...args], { data })).out;
  expect(await said("--every", "6")).toBe("The collector makes a backup every 6 hours and keeps the last 7.\n");
  expect(await said("--keep", "3")).toBe("The collector makes a backup every 6 hours and keeps the last 3.\n");
  expect(await said("--every", "0")).toBe("The collector makes no backups.\n");
});
