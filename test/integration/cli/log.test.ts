import { expect, test } from "vitest";
import { Cli } from "../../helpers/run-cli.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/test-clock.ts";
import { placeAt, rows, serverThat } from "./place.ts";

interface Line {
  level: string;
  time: string;
  run: string;
  msg: string;
}

async function sandboxLines(env: Record<string, string>, says: RegExp): Promise<string[]> {
  const sandbox = new Cli(["sandbox", "--port", "0"], { data: tempFolder(), env });
  await sandbox.says(says);
  const { out } = await sandbox.stop();
  return out.trim().split("\n");
}

test("a log for programs is JSON line by line, with the run's id on each; another run has another", async () => {
  const runs = await Promise.all(
    [1, 2].map(async () => {
      const lines = (await sandboxLines({ ROLLCALL_LOG_FORMAT: "auto" }, /listen/)).map(
        (line) => JSON.parse(line) as Line,
      );
      expect(lines.length).toBeGreaterThan(1);
      for (const { level, time, msg } of lines) {
        expect([level, new Date(time).toISOString()]).toEqual(["info", time]);
        expect(msg).not.toBe("");
      }
      return [...new Set(lines.map(({ run }) => run))];
    }),
  );
  expect(runs.map(({ length }) => length)).toEqual([1, 1]);
  expect(runs[0]).not.toEqual(runs[1]);
});

test("a log for people is a line of text with the time, the run and the level", async () => {
  for (const line of await sandboxLines({}, /listen/)) {
    expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z [0-9a-f]{6} info {2}\S/);
  }
});

test("whoever reads the log may go, and recording goes on", async () => {
  const server = await serverThat({ contacts: ["ann@example.com"] });
  const here = await placeAt(server.port);
  const collector = new Cli(["collect"], { data: here.data });
  await collector.says(/signed in, watching/);
  collector.stopListening();
  // It has something to say, to nobody.
  server.peer.reset();
  await until(() => server.peers.length === 2, "the next sign-in", 30_000);
  await until(() => rows(here, "SELECT 1 FROM coverage").length === 2, "the next coverage", 30_000);
  expect(await collector.stop()).toMatchObject({ code: 0 });
});

test("whoever wants to hear of trouble only hears nothing of the rest", async () => {
  const sandbox = new Cli(["sandbox", "--port", "0"], { data: tempFolder(), env: { ROLLCALL_LOG_LEVEL: "warn" } });
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect((await sandbox.stop()).out).toBe("");
});
