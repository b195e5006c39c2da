import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openForWriting } from "../../../db/open.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { SampleHistory } from "../../helpers/sample-history.ts";
import { tempFolder } from "../../helpers/temp.ts";

function withHistory(): { data: string; path: string } {
  const data = tempFolder();
  new SampleHistory(data, Date.now() - 1_000).close();
  return { data, path: join(data, "rollcall.db") };
}

test("a history that is in order is said to be", async () => {
  const { data, path } = withHistory();
  expect(await runCli(["db", "rebuild"], { data })).toMatchObject({ code: 0 });
  const answer = { code: 0, err: [], out: `${path}: all is as it should be\n` };
  expect(await runCli(["db", "check"], { data })).toEqual(answer);
  expect(await runCli(["db", "check", "--full"], { data })).toEqual(answer);
});

test("what is not is told line by line, with what to do", async () => {
  const { data, path } = withHistory();
  const db = openForWriting(path);
  db.exec("UPDATE coverage SET to_ms = (SELECT from_ms + 1 FROM coverage WHERE id = 2) WHERE id = 1");
  db.close();
  const { code, out, err } = await runCli(["db", "check"], { data });
  expect(code).toBe(1);
  expect(out).toMatch(/^coverage 2 of account 1 begins at .*Z, within another of the same source; put a backup/);
  expect(err).toEqual([`rollcall: ${path}: one finding`]);
});

test("a file that the disk has damaged is told as such", async () => {
  const { data, path } = withHistory();
  damage(path, 0.6);
  const { code, out, err } = await runCli(["db", "check"], { data });
  expect(code).toBe(1);
  expect(out).toMatch(/^the file is damaged: .*; put a backup from before back with `rollcall restore FILE`$/m);
  expect(err).toEqual([expect.stringMatching(/ findings?$|one finding$/)]);
});

test("where hardly anything can be read, that is told for each part", async () => {
  const { data, path } = withHistory();
  damage(path, 0.01);
  const { code, out } = await runCli(["db", "check"], { data });
  expect(code).toBe(1);
  expect(out).toMatch(/^the events cannot be read: .*; put a backup from before back with `rollcall restore FILE`$/m);
});

/** Writes over the pages of the file from this part of it on. */
function damage(path: string, from: number): void {
  const file = openSync(path, "r+");
  const { size } = statSync(path);
  const firstPage = Math.max(1, Math.floor((size * from) / 4096));
  for (let at = firstPage * 4096; at < size; at += 4096) writeSync(file, Buffer.alloc(64, 0xa5), 0, 64, at);
  closeSync(file);
}
