/**
 * That a batch is on the disk before it is acknowledged, seen from outside: `strace` watches a real collector write its
 * log, have it synced, and print that it has committed. Where there is no strace, this is skipped and says so.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../../collector/clock.ts";
import { ADDRESS, makeFolder, putAccounts } from "../../helpers/collector-fixture.ts";
import { RawServer } from "../../helpers/raw-server.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/test-clock.ts";
import { beBusy } from "../../kill/busy.ts";
import { acknowledgementsIn } from "../../kill/trace.ts";

const canTrace = spawnSync("strace", ["-o", "/dev/null", "true"]).status === 0;
const PROGRAM = join(import.meta.dirname, "..", "collector", "collector-program.ts");
const CALLS = "trace=openat,pwrite64,fdatasync,fsync,write,writev,close";

test.skipIf(!canTrace)(
  `the log is synced before a commit is acknowledged${canTrace ? "" : " (skipped: there is no strace here)"}`,
  async () => {
    using folder = makeFolder();
    const databasePath = join(folder.path, "rollcall.db");
    const trace = join(tempFolder(), "trace");
    await using server = await RawServer.listen({ clock: systemClock, serve: (peer) => beBusy(peer, 20) });
    await putAccounts(databasePath, folder.path, [{ address: ADDRESS, port: server.port }], Date.now());
    // -D: the process that is started here is the collector, and the one that watches it a child of that.
    const args = [
      "-D",
      "-f",
      "-e",
      CALLS,
      "-s",
      "64",
      "-o",
      trace,
      process.execPath,
      PROGRAM,
      folder.path,
      databasePath,
    ];
    const traced = spawn("strace", args, { stdio: ["ignore", "pipe", "pipe"] });
    let heard = 0;
    traced.stdout.on("data", (text: Buffer) => {
      heard += text.toString().split("committed ").length - 1;
    });
    traced.stderr.resume();
    const exited = once(traced, "close");
    try {
      await until(() => heard >= 20, "twenty commits", 30_000);
    } finally {
      traced.kill("SIGTERM");
      await exited;
    }
    const acknowledgements = acknowledgementsIn(readFileSync(trace, "utf8"));
    expect(acknowledgements.length).toBeGreaterThanOrEqual(15);
    expect(acknowledgements.filter(({ unsynced }) => unsynced > 0)).toEqual([]);
    expect(acknowledgements.filter(({ writes }) => writes > 0).length).toBeGreaterThanOrEqual(15);
    expect(acknowledgements.filter(({ writes, syncs }) => writes > 0 && syncs === 0)).toEqual([]);
  },
  60_000,
);

test("a trace in which the sync comes late is told from one in which it does not", () => {
  const open = `1 openat(AT_FDCWD, "/x/rollcall.db-wal", O_RDWR|O_CREAT, 0600) = 21\n`;
  const write = "2 pwrite64(21, ..., 4096, 32) = 4096\n";
  const sync = '2 fdatasync(21 <unfinished ...>\n1 write(5, "x", 1) = 1\n2 <... fdatasync resumed>) = 0\n';
  const said = `1 write(1, "committed 7\\n", 12) = 12\n`;
  const read = (trace: string) =>
    acknowledgementsIn(trace).map(({ writes, syncs, unsynced }) => [writes, syncs, unsynced]);
  expect(read(open + write + sync + said)).toEqual([[1, 1, 0]]);
  expect(read(open + write + said + sync)).toEqual([[1, 0, 1]]);
  expect(read(open + write + sync + write + said)).toEqual([[2, 1, 1]]);
  // Begun is not done.
  expect(read(`${open}${write}2 fdatasync(21 <unfinished ...>\n${said}`)).toEqual([[1, 0, 1]]);
});
