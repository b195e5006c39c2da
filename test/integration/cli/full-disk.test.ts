/** A disk without room, and one that forgets, met by the processes that a user runs. */
import { copyFileSync, existsSync, globSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { damageTable } from "../../helpers/damage.ts";
import type { Peer } from "../../helpers/raw-server.ts";
import { actAsMessenger } from "../../helpers/raw-server.ts";
import { Cli, runCli } from "../../helpers/run-cli.ts";
import { SampleHistory } from "../../helpers/sample-history.ts";
import { fill, smallDisk } from "../../helpers/small-disk.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/test-clock.ts";
import { addAccount, FRIEND, place, recorded, serverThat } from "./place.ts";

const NO_DISK = "a disk of its own can only be mounted by root";

test("a collector on a full disk tells how much it holds, and writes it when there is room", async ({ skip }) => {
  const data = smallDisk(4_000);
  if (!data) return skip(NO_DISK);
  let peer: Peer | undefined;
  const server = await serverThat((one) => {
    peer = one;
    actAsMessenger(one, { contacts: [FRIEND], present: [`NLN ${FRIEND} ${FRIEND}`] });
  });
  const here = { ...place(), data, databasePath: join(data, "rollcall.db") };
  await addAccount(here, `127.0.0.1:${server.port}`);
  const collector = new Cli(["collect"], { data });
  await collector.says(/signed in, watching$/);
  await until(() => recorded(here).length === 1, "the first snapshot");
  const status = async () => JSON.parse((await runCli(["status", "--json"], { data })).out);
  expect((await status()).collector.held).toEqual({ facts: 0, why: null });
  fill(join(data, "junk"));
  // What is left of the log's last page is soon used up.
  for (let n = 0; n < 2_000; n++) peer?.say(`NLN ${n % 2 ? "BSY" : "AWY"} ${FRIEND} ${FRIEND}`);
  await collector.says(/cannot write to .*; what is heard waits in memory/);
  const { held } = (await status()).collector;
  expect(held.facts).toBeGreaterThan(0);
  expect(held.why).toMatch(/^cannot write to .*rollcall\.db \(SQLITE_(FULL|IOERR\w*)\): /);
  const { out } = await runCli(["status"], { data });
  expect(out).toMatch(/^ {11}HOLDING \d+ facts in memory until the disk takes them: cannot write to /m);
  rmSync(join(data, "junk"));
  await collector.says(/can be written to again; nothing was lost, \d+ facts had waited/);
  await until(() => recorded(here).length === 2_001, "what had waited");
  expect((await status()).collector.held).toEqual({ facts: 0, why: null });
  expect((await collector.stop()).code).toBe(0);
}, 120_000);

test("a backup for which there is no room says so, and leaves nothing that looks like one", async ({ skip }) => {
  const data = smallDisk(30_000);
  if (!data) return skip(NO_DISK);
  const elsewhere = sampleIn(tempFolder());
  for (const part of globSync(`${elsewhere}*`)) copyFileSync(part, join(data, basename(part)));
  leave(LITTLE, data);
  const { code, err } = await runCli(["backup"], { data });
  expect(code).toBe(1);
  expect(err).toEqual([expect.stringMatching(/^rollcall: no backup was made: .*(full|no room|ENOSPC)/)]);
  expect(globSync(join(data, "backups", "*"))).toEqual([]);
  rmSync(join(data, "junk"));
  expect((await runCli(["backup"], { data })).code).toBe(0);
}, 60_000);

test("a backup that cannot be put back for want of room leaves the present history as it is", async ({ skip }) => {
  const data = smallDisk(30_000);
  if (!data) return skip(NO_DISK);
  const folder = tempFolder();
  const elsewhere = sampleIn(folder);
  const backup = join(folder, "backup.db");
  expect((await runCli(["backup", "--out", backup], { data: folder })).code).toBe(0);
  for (const part of globSync(`${elsewhere}*`)) copyFileSync(part, join(data, basename(part)));
  leave(LITTLE, data);
  const before = readFileSync(join(data, "rollcall.db"));
  const { code, err } = await runCli(["restore", backup], { data });
  expect(code).toBe(1);
  expect(err).toEqual([expect.stringMatching(/^rollcall: .*(full|no room|ENOSPC)/)]);
  expect(readFileSync(join(data, "rollcall.db")).equals(before)).toBe(true);
  expect(readdirSync(data).filter((name) => /restor|unfinished|replaced/.test(name))).toEqual([]);
  rmSync(join(data, "junk"));
  expect((await runCli(["restore", backup], { data })).code).toBe(0);
}, 60_000);

test("a collector that meets a damaged page ends in one line, and leaves it to be looked at", async () => {
  const folder = tempFolder();
  const server = await serverThat({ contacts: [FRIEND], present: [`NLN ${FRIEND} ${FRIEND}`] });
  const here = { ...place(), data: folder, databasePath: join(folder, "rollcall.db") };
  await addAccount(here, `127.0.0.1:${server.port}`);
  const first = new Cli(["collect"], { data: folder });
  await first.says(/signed in, watching$/);
  await until(() => recorded(here).length === 1, "the first snapshot");
  await first.stop();
  damageTable(here.databasePath, "event_by_contact");
  // It may meet it at once, or when it has something to write.
  const { code, err } = await runCli(["collect"], { data: folder });
  expect(code).toBe(1);
  expect(err.at(-1)).toMatch(
    /^rollcall: .*rollcall\.db is damaged \(.*\): `rollcall db check` says where, `rollcall restore FILE` puts a backup back$/,
  );
  expect(existsSync(here.databasePath)).toBe(true);
}, 60_000);

/** Enough to begin with. */
const LITTLE = 300_000;

/** Fills the disk up to so many bytes. */
function leave(bytes: number, folder: string): void {
  const junk = join(folder, "junk");
  fill(junk);
  truncateSync(junk, statSync(junk).size - bytes);
}

/** The path of a history of eight weeks in this folder. */
function sampleIn(folder: string): string {
  new SampleHistory(folder, Date.now() - 1_000).close();
  return join(folder, "rollcall.db");
}
