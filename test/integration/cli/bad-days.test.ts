/** What goes wrong outside the house: each ends in one clear line and the promised exit code. */

import { rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { freePort } from "../../../collector/cli/port.ts";
import { Cli, runCli } from "../../helpers/run-cli.ts";
import { until } from "../../helpers/test-clock.ts";
import { addAccount, ME, place, placeAt, rows, serverThat, startSandbox } from "./place.ts";

const listeners = new Set<Server>();

afterEach(async () => {
  await Promise.all([...listeners].map((listener) => new Promise((resolve) => listener.close(resolve))));
  listeners.clear();
});

/** A port that somebody else has. */
async function takenPort(): Promise<number> {
  const listener = createServer();
  listeners.add(listener);
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return (listener.address() as { port: number }).port;
}

const refusedBy = (why: string) => `the server refused the address or password of me@example.com (${why})`;

describe("a wrong password", () => {
  test("is refused by the sandbox, said once, and not tried again", async () => {
    const { port } = await startSandbox();
    const refused = refusedBy(`http://127.0.0.1:${port} refused the address or password`);
    const here = place();
    const wrong = { data: here.data, env: { ROLLCALL_PASSWORD: "wrong" } };
    await runCli(["account", "add", ME, "--server", `127.0.0.1:${port}`], wrong);
    expect(await runCli(["account", "test", ME], wrong)).toEqual({ code: 3, out: "", err: [`rollcall: ${refused}`] });
    const { code, err } = await runCli(["collect"], { ...wrong, hurry: 20 });
    expect(code).toBe(3);
    expect(err).toEqual([
      expect.stringMatching(/^\S+Z \w{6} error me@example\.com: /),
      `rollcall: no account is left to record: ${refused}`,
    ]);
    expect(err[0]).toContain(refused);
    const status = await runCli(["status"], { data: here.data });
    expect(status.out).toMatch(/^collector {2}NOT RUNNING; last heard from \d+ s ago: rollcall start$/m);
    expect(rows(here, "SELECT state, state_detail FROM account")).toEqual([
      { state: "stopped", state_detail: refused },
    ]);
    expect(rows(here, "SELECT * FROM coverage")).toEqual([]);
  });

  test("is sent once in all", async () => {
    const server = await serverThat((peer) => {
      peer.onLine = (line) => {
        const [verb, trId, , step] = line.split(" ");
        if (verb === "VER") peer.say(`VER ${trId} MSNP7`);
        else if (verb === "INF") peer.say(`INF ${trId} MD5`);
        else if (verb === "USR" && step === "I") peer.say(`USR ${trId} MD5 S 1234.5`);
        else if (verb === "USR") peer.say(`911 ${trId}`);
      };
    });
    const here = await placeAt(server.port);
    expect((await runCli(["collect"], { data: here.data, hurry: 20 })).code).toBe(3);
    expect(server.peers).toHaveLength(1);
  });

  test("for one account does not stop another", async () => {
    const sandbox = await startSandbox();
    const here = await placeAt(sandbox.port);
    const env = { ROLLCALL_PASSWORD: "wrong" };
    await runCli(["account", "add", "you@sandbox.example", "--server", `127.0.0.1:${sandbox.port}`], {
      data: here.data,
      env,
    });
    const collector = new Cli(["collect"], { data: here.data });
    await collector.says(/error you@sandbox\.example: the server refused/);
    await until(() => rows(here, "SELECT * FROM coverage WHERE end_reason IS NULL").length === 1, "the other account");
    expect(await collector.stop()).toMatchObject({ code: 0 });
  });
});

describe("trying an account ends with exit code 1 and one line", () => {
  test("when nobody listens there", async () => {
    const port = await freePort();
    const here = await placeAt(port);
    expect(await runCli(["account", "test", ME], { data: here.data })).toEqual({
      code: 1,
      out: "",
      err: [
        `rollcall: 127.0.0.1:${port} refused the connection: check the port (1863 is usual) and that the server is up`,
      ],
    });
  });

  test("when the host is unknown", async () => {
    const here = place();
    await addAccount(here, "nobody.invalid");
    const { code, out, err } = await runCli(["account", "test", ME], { data: here.data });
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toEqual([
      expect.stringMatching(
        /^rollcall: no server called "nobody\.invalid" was found \((ENOTFOUND|EAI_AGAIN)\): check its name, and this machine's network$/,
      ),
    ]);
  });

  test.each<[string, (port: number) => string, string | Buffer | undefined]>([
    [
      "when the server accepts and says nothing",
      (port) => `127.0.0.1:${port} said nothing for 30 s after VER: check that a Messenger server listens on this port`,
      undefined,
    ],
    [
      "when a web server answers",
      (port) =>
        `127.0.0.1:${port} does not speak Messenger: it said "HTTP/1.1 400 Bad Request", which no Messenger server says; check the server's name and port`,
      "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
    ],
    [
      "when a line has no end",
      (port) =>
        `127.0.0.1:${port} does not speak Messenger: it sent a line of more than 16384 bytes; check the server's name and port`,
      Buffer.alloc(40_000, 0x41),
    ],
    [
      "when a payload is absurd",
      (port) =>
        `127.0.0.1:${port} does not speak Messenger: it announced a MSG payload of 1073741824 bytes, more than 1048576; check the server's name and port`,
      "MSG Hotmail Hotmail 1073741824\r\n",
    ],
    [
      "when the server speaks no dialect of ours",
      () => 'the server speaks none of MSNP18 to MSNP2; it answered "0"',
      "VER 1 0\r\n",
    ],
  ])("%s", async (_, line, answer) => {
    const server = await serverThat((peer) => {
      peer.onLine = () => {
        if (answer !== undefined) peer.send(Buffer.from(answer));
      };
    });
    const here = await placeAt(server.port);
    const { code, out, err } = await runCli(["account", "test", ME], { data: here.data, hurry: 60 });
    expect({ out, err }).toEqual({ out: "", err: [`rollcall: ${line(server.port)}`] });
    // A server without a common dialect is a refusal: trying again would not help.
    expect(code).toBe(answer === "VER 1 0\r\n" ? 3 : 1);
  });

  test("when the server hangs up in the middle", async () => {
    const server = await serverThat((peer) => {
      peer.onLine = () => peer.hangUp();
    });
    const here = await placeAt(server.port);
    const { code, err } = await runCli(["account", "test", ME], { data: here.data });
    expect({ code, err }).toEqual({
      code: 1,
      err: [`rollcall: 127.0.0.1:${server.port} hung up during sign-in (after VER)`],
    });
  });

  test("when it is interrupted", async () => {
    const server = await serverThat(() => undefined);
    const here = await placeAt(server.port);
    const trying = new Cli(["account", "test", ME], { data: here.data });
    await until(() => server.peers[0]?.heard.length === 1, "the first line of the sign-in");
    const { code, err } = await trying.stop("SIGINT");
    expect({ code, err }).toEqual({ code: 1, err: ["rollcall: interrupted before the sign-in was complete"] });
  });

  test("when there is no such account, with exit code 2", async () => {
    const here = await placeAt(1863);
    expect(await runCli(["account", "test", "you@example.com"], { data: here.data })).toEqual({
      code: 2,
      out: "",
      err: ["rollcall: there is no account you@example.com; see: rollcall account list"],
    });
  });
});

describe("collecting goes on trying, with one line for each attempt", () => {
  const AGAIN = String.raw`; trying again in \d+ s$`;

  test("when nobody listens there, until somebody does", async () => {
    const port = await freePort();
    const here = await placeAt(port);
    const collector = new Cli(["collect"], { data: here.data, hurry: 20 });
    const line = new RegExp(`warn  me@example\\.com: 127\\.0\\.0\\.1:${port} refused the connection: check .*${AGAIN}`);
    for (let attempt = 0; attempt < 3; attempt++) await collector.says(line);
    expect(rows(here, "SELECT * FROM coverage")).toEqual([]);
    await startSandbox(port);
    await collector.says(/info {2}me@example\.com: signed in, watching$/);
    const { code, err } = await collector.stop();
    expect(code).toBe(0);
    for (const said of err) expect(said).toMatch(line);
  });

  test("when the host is unknown", async () => {
    const here = place();
    await addAccount(here, "nobody.invalid");
    const collector = new Cli(["collect"], { data: here.data, hurry: 20 });
    const line = new RegExp(`warn  me@example\\.com: no server called "nobody\\.invalid" was found .*${AGAIN}`);
    for (let attempt = 0; attempt < 2; attempt++) await collector.says(line);
    expect((await collector.stop()).code).toBe(0);
  });

  test("when the server says nothing, or nonsense", async () => {
    const server = await serverThat((peer) => {
      if (peer.index > 0) peer.onLine = () => peer.say("220 mail.example.com ready");
    });
    const here = await placeAt(server.port);
    const collector = new Cli(["collect"], { data: here.data, hurry: 60 });
    await collector.says(new RegExp(`said nothing for 30 s after VER: .*${AGAIN}`));
    // Three digits begin an error, which answers nothing that we asked.
    await collector.says(new RegExp(`said nothing for 30 s after VER: .*${AGAIN}`));
    expect((await collector.stop()).code).toBe(0);
    expect(rows(here, "SELECT * FROM coverage")).toEqual([]);
  });

  test("and stops at once when it is asked to while it waits", async () => {
    const here = await placeAt(await freePort());
    const collector = new Cli(["collect"], { data: here.data });
    await collector.says(/trying again in/);
    const { code, out } = await collector.stop("SIGINT");
    expect(out).toMatch(/stopped \(SIGINT\)\n$/);
    expect(code).toBe(0);
    expect(rows(here, "SELECT end_reason FROM run")).toEqual([{ end_reason: "stopped" }]);
  });
});

test("signed in elsewhere ends the account, and the session is not taken back", async () => {
  const { port } = await startSandbox();
  // From MSNP16 on both would stay signed in.
  const here = await placeAt(port, "--dialect", "MSNP15");
  const collector = new Cli(["collect"], { data: here.data, hurry: 20 });
  await collector.says(/signed in, watching/);
  await until(() => rows(here, "SELECT * FROM coverage").length === 1, "the coverage");
  // Another folder, another collector, the same account.
  const there = await placeAt(port, "--dialect", "MSNP15");
  const other = new Cli(["collect"], { data: there.data });
  await other.says(/signed in, watching/);
  const { code, err } = await collector.finished();
  expect(code).toBe(3);
  expect(err).toEqual([
    expect.stringMatching(
      /error me@example\.com: signed in elsewhere; not taking the session back\. Start again when that place has signed out$/,
    ),
    "rollcall: no account is left to record: signed in elsewhere",
  ]);
  expect(rows(here, "SELECT end_reason FROM coverage")).toEqual([{ end_reason: "signed-in-elsewhere" }]);
  expect((await other.stop()).code).toBe(0);
});

describe("a port in use", () => {
  test.each(["serve", "start"])("is one line for %s, before anything is built or recorded", async (command) => {
    const port = await takenPort();
    const here = place();
    expect(await runCli([command], { data: here.data, env: { ROLLCALL_PORT: String(port) } })).toEqual({
      code: 1,
      out: "",
      err: [
        `rollcall: port ${port} on 127.0.0.1 is taken: is Rollcall running already? Otherwise choose another with ROLLCALL_PORT`,
      ],
    });
    expect(rows({ ...here, databasePath: `${here.data}/sandbox.db` }, "SELECT 1")).toEqual([]);
  });

  test("is one line for the sandbox", async () => {
    const port = await takenPort();
    expect(await runCli(["sandbox", "--port", String(port)])).toEqual({
      code: 1,
      out: "",
      err: [
        `rollcall: port ${port} on 127.0.0.1 is already in use; stop the program that uses it (another sandbox?), or choose another port with --port N`,
      ],
    });
  });
});

test("the key file gone, the password is asked for again in one line, exit code 3", async () => {
  const here = await placeAt(1863);
  rmSync(`${here.data}/collector.key`);
  const line = `rollcall: the password of ${ME} cannot be opened, ${here.data}/collector.key is missing: give its password again with: rollcall account add ${ME} …`;
  expect(await runCli(["account", "test", ME], { data: here.data })).toEqual({ code: 3, out: "", err: [line] });
  const { code, err } = await runCli(["collect"], { data: here.data });
  expect(code).toBe(3);
  expect(err.at(-1)).toBe(line.replace("rollcall: ", "rollcall: no account is left to record: "));
  expect(rows(here, "SELECT end_reason FROM run")).toEqual([{ end_reason: "stopped" }]);
  expect(await addAccount(here, "127.0.0.1:9")).toMatchObject({ code: 0 });
  expect((await runCli(["account", "test", ME], { data: here.data })).err[0]).toMatch(/refused the connection/);
});
