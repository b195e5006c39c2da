import { request } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freePort } from "../../../collector/cli/port.ts";
import { systemClock } from "../../../collector/clock.ts";
import { Health } from "../../../collector/service/health.ts";
import { askReadiness, socketPath } from "../../../collector/service/socket.ts";
import { Vitals } from "../../../collector/service/vitals.ts";
import { openForWriting } from "../../../db/open.ts";
import type { Fact } from "../../../db/record/facts.ts";
import { HistoryWriter } from "../../../db/record/writer.ts";
import { putAccount } from "../../../db/settings/accounts.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { ACCOUNT, contact, presence } from "../db/story.ts";

let folder: string;
let databasePath: string;
let held: { facts: number; why: string | null };
let vitals: Vitals;
let health: Health | undefined;
const said: string[] = [];

beforeEach(() => {
  folder = tempFolder();
  databasePath = join(folder, "rollcall.db");
  const db = openForWriting(databasePath);
  putAccount(db, ACCOUNT, Buffer.from("sealed"), Date.now());
  db.close();
  held = { facts: 0, why: null };
  vitals = new Vitals(() => held);
  said.length = 0;
});

afterEach(async () => {
  await health?.stop();
  health = undefined;
});

async function start(port?: number): Promise<void> {
  const parts = { folder, databasePath, vitals, clock: systemClock, port };
  health = await Health.start({ ...parts, say: (_, message) => said.push(message) });
}

interface Answer {
  code: number;
  type: string;
  text: string;
}

function ask(path: string, options: { method?: string; port?: number; headers?: Record<string, string> } = {}) {
  const { port, ...rest } = options;
  const where = port === undefined ? { socketPath: socketPath(folder) } : { host: "127.0.0.1", port };
  return new Promise<Answer>((resolve, reject) => {
    const asking = request({ ...where, path, ...rest }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () =>
        resolve({ code: answer.statusCode ?? 0, type: answer.headers["content-type"] ?? "", text }),
      );
    });
    asking.on("error", reject);
    asking.end();
  });
}

const state = (state: "signing-in" | "watching" | "waiting"): Fact => ({
  kind: "account-state",
  accountId: 1,
  atMs: Date.now(),
  state,
  detail: "",
});

test("it is alive at once, and ready when every account has been tried once", async () => {
  await start();
  expect(await ask("/livez")).toEqual({ code: 200, type: "text/plain", text: "ok\n" });
  vitals.heard([state("signing-in")], Date.now());
  expect((await ask("/readyz")).code).toBe(503);
  vitals.heard([state("waiting")], Date.now());
  expect((await ask("/readyz")).code).toBe(200);
  expect(await askReadiness(folder)).toEqual({ isReady: true, held: { facts: 0, why: null } });
});

test("it is not ready while the disk refuses, and says how much waits and why", async () => {
  await start();
  vitals.heard([state("watching")], Date.now());
  held = { facts: 1_234, why: "no room" };
  expect(await ask("/readyz")).toMatchObject({ code: 503 });
  expect(await askReadiness(folder)).toEqual({ isReady: false, held });
});

test("its figures are Prometheus' text, and those of what was committed", async () => {
  const nowMs = Date.now();
  const db = openForWriting(databasePath);
  const writer = new HistoryWriter(db, nowMs - 10_000, "0.0.0-test");
  const change = { kind: "change", accountId: 1, atMs: nowMs - 200, ...presence("ada", "away") } as const;
  const facts: Fact[] = [
    { kind: "roster", accountId: 1, atMs: nowMs - 9_000, contacts: [contact("ada")] },
    {
      kind: "coverage-open",
      accountId: 1,
      fromMs: nowMs - 8_000,
      watched: ["ada@example.com"],
      present: [presence("ada", "busy")],
    },
    change,
    { kind: "coverage-close", accountId: 1, toMs: nowMs - 100, reason: "connection-lost" },
  ];
  writer.append(facts);
  db.close();
  vitals.heard(facts, nowMs);
  held = { facts: 3, why: "no room" };
  await start();
  const { code, type, text } = await ask("/metrics");
  expect([code, type.split(";")[0]]).toEqual([200, "text/plain"]);
  const lines = text.split("\n");
  for (const line of lines) expect(line).toMatch(/^(#.*|[a-z_]+(\{[^}]*\})? \S+|)$/);
  for (const line of [
    "rollcall_events_total 2",
    'rollcall_coverages_ended_total{reason="connection-lost"} 1',
    "rollcall_facts_waiting 3",
    "rollcall_disk_refuses 1",
    'rollcall_account_observed{account="me@example.com"} 0',
    'rollcall_write_latency_seconds_bucket{le="0.1"} 0',
    'rollcall_write_latency_seconds_bucket{le="0.25"} 1',
    'rollcall_write_latency_seconds_bucket{le="+Inf"} 1',
    "rollcall_write_latency_seconds_count 1",
  ])
    expect(lines).toContain(line);
  const ratio = Number(/^rollcall_coverage_ratio\{.*\} (.*)$/m.exec(text)?.[1]);
  expect(ratio).toBeGreaterThan(0.8);
  expect(ratio).toBeLessThan(1);
  expect(text).not.toContain("ada");
});

test("a port of this computer answers its own programs, and no page that a browser has open", async () => {
  const port = await freePort();
  await start(port);
  expect(said).toEqual([]);
  expect((await ask("/livez", { port })).code).toBe(200);
  expect((await ask("/metrics", { port, headers: { Host: "evil.example" } })).code).toBe(403);
  expect((await ask("/metrics", { port, headers: { Origin: "http://evil.example" } })).code).toBe(403);
  expect((await ask("/nothing")).code).toBe(404);
  expect((await ask("/livez", { method: "POST" })).code).toBe(405);
});

test("what a dead collector left in its place is no hindrance, and nobody there is no answer", async () => {
  expect(await askReadiness(folder)).toBeUndefined();
  await start();
  await health?.stop();
  expect(await askReadiness(folder)).toBeUndefined();
  await start();
  expect((await askReadiness(folder))?.isReady).toBe(false);
});

test("where it cannot listen that is said, and nothing ends", async () => {
  folder = join(folder, "x".repeat(120));
  await start();
  expect(said).toEqual([expect.stringMatching(/^nobody can ask at .*collector\.sock how the collector is: /)]);
});
