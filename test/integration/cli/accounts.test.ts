/** Accounts that are added, changed, paused, resumed and removed beside a collector that runs. */
import { expect, test } from "vitest";
import { openForWriting } from "../../../db/open.ts";
import type { Peer } from "../../helpers/raw-server.ts";
import { actAsMessenger } from "../../helpers/raw-server.ts";
import { Cli, runCli } from "../../helpers/run-cli.ts";
import { until } from "../../helpers/test-clock.ts";
import { addAccount, FRIEND, ME, placeAt, rows, serverThat, startSandbox } from "./place.ts";

const OTHER = "other@example.com";

function statesIn(here: { data: string; databasePath: string; passwordFile: string }): Record<string, string> {
  const found = rows<{ address: string; state: string }>(here, "SELECT address, state FROM account");
  return Object.fromEntries(found.map(({ address, state }) => [address, state]));
}

test("an account is added, paused, resumed and removed while the collector runs, and another goes on", async () => {
  const server = await serverThat({ contacts: [FRIEND], present: [`NLN ${FRIEND} ${FRIEND}`] });
  const here = await placeAt(server.port);
  const collector = new Cli(["collect"], { data: here.data });
  await collector.says(/me@example\.com: signed in, watching$/);
  const run = async (...args: string[]) => {
    const { code, out, err } = await runCli(args, { data: here.data });
    expect([code, err]).toEqual([0, []]);
    return out;
  };
  const added = await run(
    ...["account", "add", OTHER, "--server", `127.0.0.1:${server.port}`, "--password-file", here.passwordFile],
  );
  expect(added).toMatch(/^Added other@example\.com at .* What runs signs it in within seconds; /);
  await collector.says(/other@example\.com: signed in, watching$/);
  expect(await run("account", "test", OTHER)).toBe(
    `${OTHER} is signed in at 127.0.0.1:${server.port} by the collector that runs.\n`,
  );
  expect(await run("account", "pause", OTHER)).toMatch(/^other@example\.com is paused: /);
  await collector.says(/other@example\.com: paused, signed out$/);
  await until(() => statesIn(here)[OTHER] === "paused", "the word");
  expect(await run("account", "pause", OTHER)).toBe(`${OTHER} was paused already.\n`);
  expect(await run("account", "resume", OTHER)).toMatch(/^other@example\.com is recorded again/);
  await collector.says(/other@example\.com: signed in, watching$/);
  expect(await run("account", "remove", OTHER)).toMatch(/ The collector signs it out within two seconds\.$/m);
  await collector.says(/other@example\.com: removed, signed out$/);
  await until(() => statesIn(here)[OTHER] === "removed", "the word");
  expect(statesIn(here)[ME]).toBe("watching");
  expect(
    rows(here, "SELECT count(*) AS n FROM coverage c JOIN account a ON a.id = c.account_id WHERE a.address = ?", ME),
  ).toEqual([{ n: 1 }]);
  expect((await collector.stop()).code).toBe(0);
  expect(
    rows(
      here,
      "SELECT end_reason AS why FROM coverage c JOIN account a ON a.id = c.account_id WHERE a.address = ?",
      OTHER,
    ),
  ).toEqual([{ why: "stopped" }, { why: "stopped" }]);
  expect(statesIn(here)).toEqual({ [ME]: "new", [OTHER]: "removed" });
});

test("the only account may be paused without ending the collector, and one that it has not tried yet is not tried beside it", async () => {
  const server = await serverThat({ contacts: [FRIEND] });
  const here = await placeAt(server.port);
  const collector = new Cli(["collect"], { data: here.data });
  await collector.says(/signed in, watching$/);
  const run = (...args: string[]) => runCli(args, { data: here.data });
  await run("account", "pause", ME);
  await collector.says(/paused, signed out$/);
  // It signs in by itself here: nobody records the account meanwhile.
  expect((await run("account", "test", ME)).out).toMatch(/can sign in at .* and has 1 contacts there/);
  await run("account", "resume", ME);
  await collector.says(/signed in, watching$/);
  await until(() => statesIn(here)[ME] === "watching", "the word");
  const db = openForWriting(here.databasePath);
  db.exec("UPDATE account SET state = 'new'");
  db.close();
  const peers = server.peers.length;
  expect(await run("account", "test", ME)).toMatchObject({
    code: 1,
    err: [`rollcall: the collector that runs is about to try ${ME}: ask again in a few seconds`],
  });
  expect(server.peers).toHaveLength(peers);
  expect((await collector.stop()).code).toBe(0);
});

test("the right password given later is enough for a collector that waits", async () => {
  const { port } = await startSandbox();
  const here = await placeAt(9);
  await runCli(["account", "add", ME, "--server", `127.0.0.1:${port}`, "--moved"], {
    data: here.data,
    env: { ROLLCALL_PASSWORD: "wrong" },
  });
  const collector = new Cli(["collect", "--wait"], { data: here.data });
  await collector.says(/no account is left to record: .*; waiting for an account to be added or put right$/);
  await addAccount(here, `127.0.0.1:${port}`);
  await collector.says(/me@example\.com: signed in, watching$/);
  expect((await collector.stop()).code).toBe(0);
});

test("an account that was signed in elsewhere is tried again when somebody resumes it", async () => {
  const server = await serverThat({ contacts: [FRIEND] });
  const here = await placeAt(server.port);
  const collector = new Cli(["collect", "--wait"], { data: here.data });
  await collector.says(/signed in, watching$/);
  expect((await runCli(["account", "resume", ME], { data: here.data })).out).toBe(
    `${ME} was neither paused nor stopped.\n`,
  );
  server.peer.say("OUT OTH");
  await collector.says(/waiting for an account to be added or put right$/);
  expect(await runCli(["account", "resume", ME], { data: here.data })).toMatchObject({ code: 0, err: [] });
  await collector.says(/me@example\.com: signed in, watching$/);
  expect((await collector.stop()).code).toBe(0);
});

test("a collector that waits records the first account that is added", async () => {
  const server = await serverThat({ contacts: [FRIEND] });
  const here = await placeAt(server.port);
  await runCli(["account", "remove", ME], { data: here.data });
  const collector = new Cli(["collect", "--wait"], { data: here.data });
  await collector.says(/waiting for an account to be added or put right$/);
  await addAccount(here, `127.0.0.1:${server.port}`);
  await collector.says(/me@example\.com: signed in, watching$/);
  expect((await collector.stop()).code).toBe(0);
});

test.each([
  ["network = 'pigeon'", 'it is on the network "pigeon", which this version does not know'],
  [
    "options = 'not so'",
    "what it signs in with cannot be read (they are no JSON); say it again with: rollcall account add",
  ],
  [
    `options = '{"speed":"high"}'`,
    'what it signs in with cannot be read (Unrecognized key: "speed"); say it again with:',
  ],
])("one that cannot be tried at all stops alone: %s", async (change, why) => {
  const peers: Peer[] = [];
  const server = await serverThat((peer) => {
    peers.push(peer);
    actAsMessenger(peer, { contacts: [FRIEND] });
  });
  const here = await placeAt(server.port);
  await runCli(["account", "add", OTHER, "--server", `127.0.0.1:${server.port}`], {
    data: here.data,
    env: { ROLLCALL_PASSWORD: "secret" },
  });
  const db = openForWriting(here.databasePath);
  db.exec(`UPDATE account SET ${change} WHERE address = '${OTHER}'`);
  db.close();
  const collector = new Cli(["collect"], { data: here.data });
  await collector.says(new RegExp(`error other@example\\.com: ${RegExp.escape(why)}`));
  await collector.says(/me@example\.com: signed in, watching$/);
  await until(() => statesIn(here)[OTHER] === "stopped", "the word");
  expect((await collector.stop()).code).toBe(0);
});
