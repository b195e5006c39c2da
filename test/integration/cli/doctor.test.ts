import { chmodSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { freePort } from "../../../collector/cli/port.ts";
import type { Finding } from "../../../collector/doctor/finding.ts";
import { openForWriting } from "../../../db/open.ts";
import { makeCa, makeServerCertificate } from "../../helpers/certificates.ts";
import { damageTable } from "../../helpers/damage.ts";
import { Cli, runCli } from "../../helpers/run-cli.ts";
import { ME, type Place, place, placeAt, serverThat } from "./place.ts";

async function examined({ data }: Place, ...args: string[]): Promise<{ code: number | null; findings: Finding[] }> {
  const { code, out, err } = await runCli(["doctor", "--json", ...args], { data });
  expect(err).toEqual([]);
  return { code, findings: JSON.parse(out) };
}

const of = (findings: readonly Finding[], about: string) => findings.find((one) => one.about === about);

test("of a machine that is well it says so, the account's sign-in included", async () => {
  const server = await serverThat({ contacts: ["ann@example.com"] });
  const here = await placeAt(server.port);
  const before = await examined(here);
  expect(before).toMatchObject({ code: 0 });
  expect(before.findings.filter(({ verdict }) => verdict !== "good").map(({ about }) => about)).toEqual(["collector"]);
  expect(of(before.findings, `sign-in of ${ME}`)?.found).toMatch(/can sign in .* has 1 contacts there/);

  const collector = new Cli(["collect"], { data: here.data });
  await collector.says(/signed in, watching/);
  const { findings } = await examined(here);
  expect(findings.filter(({ verdict }) => verdict !== "good")).toEqual([]);
  expect(of(findings, `sign-in of ${ME}`)?.found).toMatch(/is signed in .* by the collector that runs/);
  expect(await runCli(["status", "--ready"], { data: here.data })).toEqual({ code: 0, out: "", err: [] });
  await collector.stop();
  expect(await runCli(["status", "--ready"], { data: here.data })).toEqual({
    code: 1,
    out: "",
    err: ["rollcall: no collector answers in this data folder"],
  });
});

test("a server that is not there is told from a name that is not, with what to do", async () => {
  const port = await freePort();
  const dead = await examined(await placeAt(port));
  expect(dead.code).toBe(1);
  expect(of(dead.findings, `port 127.0.0.1:${port}`)).toMatchObject({
    verdict: "bad",
    found: "no connection (ECONNREFUSED)",
    advice: expect.stringContaining("1863"),
  });
  expect(of(dead.findings, `sign-in of ${ME}`)).toBeUndefined();
});

test("a certificate that has run out is named with its date", async () => {
  const day = 86_400_000;
  const ca = await makeCa();
  const nowMs = Date.now();
  const validity = { notBefore: new Date(nowMs - 9 * day), notAfter: new Date(nowMs - day) };
  const { cert, key } = await makeServerCertificate(ca, validity);
  const web = createServer({ cert, key });
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  const { port } = web.address() as AddressInfo;
  const server = await serverThat({ contacts: [] });
  const here = place();
  const caFile = join(here.passwordFile, "..", "ca.pem");
  writeFileSync(caFile, ca.cert);
  const add = ["account", "add", ME, "--server", `127.0.0.1:${server.port}`, "--password-file", here.passwordFile];
  await runCli([...add, "--rst", `https://localhost:${port}/RST.srf`, "--ca", caFile], { data: here.data });
  const { code, findings } = await examined(here, "--no-sign-in");
  await new Promise((resolve) => web.close(resolve));
  expect(code).toBe(1);
  expect(of(findings, `certificate of localhost:${port}`)).toMatchObject({
    verdict: "bad",
    found: expect.stringMatching(/valid until .*: .*CERT_HAS_EXPIRED/),
  });
});

test("a key that others can read, and a clock behind the history, are bad", async () => {
  const server = await serverThat({ contacts: [] });
  const here = await placeAt(server.port);
  chmodSync(join(here.data, "collector.key"), 0o644);
  const db = openForWriting(here.databasePath);
  const ahead = Date.now() + 3_600_000;
  db.exec(`
    INSERT OR IGNORE INTO source (id, uuid, name) VALUES (1, 'here', 'here');
    INSERT INTO setting (key, value) VALUES ('source', 'here') ON CONFLICT DO UPDATE SET value = 'here';
    INSERT INTO run (id, source_id, pid, version, started_ms, heartbeat_ms, ended_ms, end_reason) VALUES (1, 1, 1, '0', 1, 1, 2, 'stopped');
    INSERT INTO coverage (account_id, source_id, run_id, from_ms, to_ms, end_reason) VALUES (1, 1, 1, 5, ${ahead}, 'stopped')`);
  db.close();
  const { code, findings } = await examined(here, "--no-sign-in");
  expect(code).toBe(1);
  expect(of(findings, "permissions")?.advice).toBe(`chmod 600 ${join(here.data, "collector.key")}`);
  expect(of(findings, "clock")).toMatchObject({
    verdict: "bad",
    found: expect.stringContaining("the history goes on until"),
  });
});

test("a history that is damaged is said to be, and the way back named", async () => {
  const here = place();
  await runCli(["account", "add", ME, "--server", "127.0.0.1", "--password-file", here.passwordFile], {
    data: here.data,
  });
  damageTable(here.databasePath, "event");
  const { code, out } = await runCli(["doctor", "--no-sign-in"], { data: here.data });
  expect(code).toBe(1);
  expect(out).toMatch(/^BAD {3}history: .*\n {6}stop the collector and put a backup back: rollcall restore$/m);
});
