import { createHmac } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { byCommand, byWebhook } from "../../../collector/service/alert-ways.ts";
import { type Alert, Alerts, type Condition } from "../../../collector/service/alerts.ts";
import { conditionsOf } from "../../../collector/service/conditions.ts";
import { Vitals } from "../../../collector/service/vitals.ts";
import { openForWriting } from "../../../db/open.ts";
import { HistoryWriter } from "../../../db/record/writer.ts";
import { putAccount } from "../../../db/settings/accounts.ts";
import { alertSettings } from "../../../db/settings/alerts.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { TestClock } from "../../helpers/test-clock.ts";
import { ACCOUNT } from "../db/story.ts";

const SILENCE: Condition = { name: "silence", message: "nothing has been recorded for more than 30 minutes" };
const DISK: Condition = { name: "disk", message: "the disk has 7 MB left" };
const ALERT: Alert = { ...SILENCE, state: "begun", sinceMs: 1_700_000_000_000 };
const MINUTE_MS = 60_000;

function alerting() {
  const clock = new TestClock();
  const told: string[] = [];
  const said: string[] = [];
  const scene = { now: [] as Condition[], isDeaf: false, isBlind: false };
  const way = async ({ name, state }: Alert) => {
    if (scene.isDeaf) throw new Error("the line is down");
    told.push(`${name} ${state}`);
  };
  const conditions = async () => {
    if (scene.isBlind) throw new Error("disk I/O error");
    return scene.now;
  };
  const alerts = new Alerts({ clock, conditions, ways: [way], say: (_, message) => said.push(message) });
  onTestFinished(() => alerts.stop());
  return { clock, told, said, scene };
}

describe("what is wrong", () => {
  test("is told once when it begins and once when it is over", async () => {
    const { clock, told, scene } = alerting();
    await clock.advance(MINUTE_MS);
    expect(told).toEqual([]);
    scene.now = [SILENCE];
    await clock.advance(10 * MINUTE_MS);
    expect(told.splice(0)).toEqual(["silence begun"]);
    scene.now = [SILENCE, DISK];
    await clock.advance(MINUTE_MS);
    expect(told.splice(0)).toEqual(["disk begun"]);
    scene.now = [DISK];
    await clock.advance(MINUTE_MS);
    expect(told.splice(0)).toEqual(["silence over"]);
    scene.now = [SILENCE];
    await clock.advance(MINUTE_MS);
    expect(told.splice(0)).toEqual(["silence begun", "disk over"]);
  });

  test("is told later, in order, when nobody can be told; the complaint is said once", async () => {
    const { clock, told, said, scene } = alerting();
    scene.isDeaf = true;
    scene.now = [SILENCE];
    await clock.advance(5 * MINUTE_MS);
    scene.now = [];
    await clock.advance(5 * MINUTE_MS);
    expect(told).toEqual([]);
    expect(said).toEqual([`nobody could be told "${SILENCE.message}": the line is down`]);
    scene.isDeaf = false;
    await clock.advance(MINUTE_MS);
    expect(told).toEqual(["silence begun", "silence over"]);
  });

  test("is old news after a day", async () => {
    const { clock, told, scene } = alerting();
    scene.isDeaf = true;
    scene.now = [SILENCE];
    await clock.advance(25 * 60 * MINUTE_MS);
    scene.isDeaf = false;
    await clock.advance(MINUTE_MS);
    expect(told).toEqual([]);
  });

  test("and has been for days is told to be over, though nobody could be told at once", async () => {
    const { clock, told, scene } = alerting();
    scene.now = [SILENCE];
    await clock.advance(25 * 60 * MINUTE_MS);
    Object.assign(scene, { now: [], isDeaf: true });
    await clock.advance(MINUTE_MS);
    scene.isDeaf = false;
    await clock.advance(MINUTE_MS);
    expect(told).toEqual(["silence begun", "silence over"]);
  });

  test("that cannot be looked up ends nothing", async () => {
    const { clock, told, said, scene } = alerting();
    scene.isBlind = true;
    await clock.advance(5 * MINUTE_MS);
    expect(said).toEqual(["what is wrong cannot be looked up: disk I/O error"]);
    Object.assign(scene, { isBlind: false, now: [DISK] });
    await clock.advance(MINUTE_MS);
    expect(told).toEqual(["disk begun"]);
  });
});

describe("a command", () => {
  test("gets the alert in its environment and on its standard input", async () => {
    const out = join(tempFolder(), "out");
    const command = `{ echo "$ROLLCALL_ALERT_NAME $ROLLCALL_ALERT_STATE $ROLLCALL_ALERT_MESSAGE"; cat; } > '${out}'`;
    await byCommand(command)(ALERT);
    const [line, json] = readFileSync(out, "utf8").split("\n");
    expect(line).toBe(`silence begun ${SILENCE.message}`);
    expect(JSON.parse(json ?? "")).toEqual(ALERT);
  });

  test("is not told any secret", async () => {
    vi.stubEnv("ROLLCALL_PASSWORD", "hunter2");
    vi.stubEnv("ROLLCALL_ALERT_SECRET", "s3cret");
    onTestFinished(() => void vi.unstubAllEnvs());
    await byCommand('test -z "$ROLLCALL_PASSWORD$ROLLCALL_ALERT_SECRET"')(ALERT);
  });

  test("that fails is not taken for one that told somebody", async () => {
    await expect(byCommand("exit 7")(ALERT)).rejects.toThrow("the command ended with 7");
    await expect(byCommand("true")(ALERT)).resolves.toBeUndefined();
  });
});

describe("a webhook", () => {
  const servers: Server[] = [];

  afterEach(async () => {
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  });

  async function hook(status: number): Promise<{ url: string; heard: { body: string; signature: unknown }[] }> {
    const heard: { body: string; signature: unknown }[] = [];
    const server = createServer((question, answer) => {
      let body = "";
      question.on("data", (chunk) => {
        body += chunk;
      });
      question.on("end", () => {
        heard.push({ body, signature: question.headers["x-rollcall-signature"] });
        answer.writeHead(status, status === 302 ? { Location: "http://127.0.0.1:9/" } : {}).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    servers.push(server);
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, heard };
  }

  test("gets the alert as JSON, signed with the secret", async () => {
    const { url, heard } = await hook(204);
    await byWebhook(url, "s3cret")(ALERT);
    const [{ body, signature }] = heard as [(typeof heard)[number]];
    expect(JSON.parse(body)).toEqual({ ...ALERT, since: "2023-11-14T22:13:20.000Z" });
    expect(signature).toBe(`sha256=${createHmac("sha256", "s3cret").update(body).digest("hex")}`);
  });

  test("has no signature without a secret", async () => {
    const { url, heard } = await hook(200);
    await byWebhook(url, undefined)(ALERT);
    expect(heard[0]?.signature).toBeUndefined();
  });

  test("that refuses, sends elsewhere or is not there has told nobody", async () => {
    await expect(byWebhook((await hook(500)).url, undefined)(ALERT)).rejects.toThrow("the webhook answered 500");
    await expect(byWebhook((await hook(302)).url, undefined)(ALERT)).rejects.toThrow("the webhook answered 302");
    await expect(byWebhook("http://127.0.0.1:9/", undefined)(ALERT)).rejects.toThrow(
      /^the webhook cannot be reached: .*ECONNREFUSED/,
    );
  });
});

test("silence, an account that has stopped and a disk that refuses are worth a word", async () => {
  const folder = tempFolder();
  const databasePath = join(folder, "rollcall.db");
  const db = openForWriting(databasePath);
  putAccount(db, ACCOUNT, Buffer.from("sealed"), 1);
  const writer = new HistoryWriter(db, 1, "0.0.0-test");
  let held: { facts: number; why: string | null } = { facts: 0, why: null };
  const vitals = new Vitals(() => held);
  let nowMs = 1_000_000;
  const parts = { folder, databasePath, vitals, nowMs: () => nowMs, startedMs: nowMs, silenceMs: 30 * MINUTE_MS };
  const names = async () => (await conditionsOf(parts)).map(({ name }) => name).filter((name) => name !== "disk");
  expect(await names()).toEqual([]);
  nowMs += 31 * MINUTE_MS;
  expect(await names()).toEqual(["silence"]);
  vitals.heard([{ kind: "proof", accountId: 1, atMs: nowMs }], nowMs);
  expect(await names()).toEqual([]);
  writer.append([{ kind: "account-state", accountId: 1, atMs: nowMs, state: "stopped", detail: "refused" }]);
  expect(await conditionsOf(parts)).toContainEqual({
    name: "account:me@example.com",
    message: "me@example.com has stopped: refused",
  });
  held = { facts: 3, why: "no room" };
  expect(await conditionsOf(parts)).toContainEqual({
    name: "disk",
    message: "the disk refuses what is recorded: no room",
  });
  db.close();
  // What can be told without the history is told.
  writeFileSync(databasePath, "not a database, and long enough to be looked at as one");
  for (const part of ["-wal", "-shm"]) rmSync(databasePath + part, { force: true });
  nowMs += 31 * MINUTE_MS;
  expect(await names()).toEqual(["silence", "history"]);
});

test("settings that cannot be meant are refused in words", () => {
  const command = { ROLLCALL_ALERT_COMMAND: "true" };
  expect(alertSettings({})).toBeUndefined();
  expect(alertSettings(command)).toMatchObject({ command: "true", silenceMs: 30 * MINUTE_MS });
  expect(() => alertSettings({ ROLLCALL_ALERT_WEBHOOK: "hook" })).toThrow(
    /^ROLLCALL_ALERT_WEBHOOK will not do: it should be an address/,
  );
  expect(() => alertSettings({ ...command, ROLLCALL_ALERT_AFTER: "soon" })).toThrow(
    /^ROLLCALL_ALERT_AFTER is "soon": it should be a number/,
  );
  const empty = join(tempFolder(), "secret");
  writeFileSync(empty, "\n");
  expect(() => alertSettings({ ...command, ROLLCALL_ALERT_SECRET_FILE: empty })).toThrow(/secret is empty: it should/);
  expect(() => alertSettings({ ...command, ROLLCALL_ALERT_SECRET_FILE: "/none" })).toThrow(/\/none \(ENOENT\)/);
});
