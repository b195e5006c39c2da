/** What a person typed wrongly, and what they read then: one line, and exit code 2. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runCli } from "../../helpers/run-cli.ts";
import { tempFolder } from "../../helpers/temp.ts";

const ADD = ["account", "add", "me@example.com", "--server", "127.0.0.1"];

describe("one line, exit code 2 and nothing written for", () => {
  test.each<[string, string[], string | RegExp]>([
    ["an unknown command", ["strat"], "unknown command 'strat'. Did you mean start?"],
    ["an unknown option", ["status", "--jsn"], "unknown option '--jsn'. Did you mean --json?"],
    ["an account without a server", ADD.slice(0, 3), "required option '--server <host[:port]>' not specified"],
    [
      "an address that is none",
      ["account", "add", "me", "--server", "127.0.0.1"],
      '"me" is not an address; it should look like you@example.com',
    ],
    [
      "a server with a scheme",
      ["account", "add", "me@example.com", "--server", "https://msn.example.com"],
      '"https://msn.example.com" is not a server; it should look like msn.example.com or msn.example.com:1863; leave out "https://"',
    ],
    [
      "a server with an impossible port",
      ["account", "add", "me@example.com", "--server", "msn.example.com:70000"],
      '"msn.example.com:70000" is not a server; it should look like msn.example.com or msn.example.com:1863',
    ],
    ["an unknown network", [...ADD, "--network", "icq"], 'there is no network "icq"; this version knows: messenger'],
    [
      "an unknown dialect",
      [...ADD, "--dialect", "MSNP99"],
      'there is no dialect "MSNP99"; this version speaks MSNP2 to MSNP18',
    ],
    [
      "nowhere to ask for the password",
      ADD,
      "there is no terminal to ask for the password at: use --password-file FILE or the environment variable ROLLCALL_PASSWORD",
    ],
    [
      "a password as an argument, which is not repeated",
      [...ADD, "--password=geheim"],
      "unknown option '--password': a password is never an argument, because others can see those; use --password-file FILE or ROLLCALL_PASSWORD",
    ],
    [
      "a password file that is not there",
      [...ADD, "--password-file", "/nonexistent/password"],
      "cannot read the password file /nonexistent/password (ENOENT)",
    ],
    [
      "a sandbox's port that is none",
      ["sandbox", "--port", "70000"],
      "option '--port <n>' argument '70000' is invalid. A port is a number from 0 to 65535.",
    ],
    [
      "a sandbox's account without a password",
      ["sandbox", "--account", "me@example.com"],
      `option '--account <address:password>' argument 'me@example.com' is invalid. "me@example.com" should look like you@example.com:password`,
    ],
    [
      "an export without a shape",
      ["export"],
      "say with --shape what a row is (events, spans, daily, hourly, coverage), or with --bundle FILE that you want everything",
    ],
    [
      "an unknown shape",
      ["export", "--shape", "weekly"],
      'shape "weekly" is not one of events, spans, daily, hourly, coverage',
    ],
    [
      "an unknown format",
      ["export", "--shape", "events", "--format", "xml"],
      "option '--format <format>' argument 'xml' is invalid. Allowed choices are csv, jsonl.",
    ],
    [
      "an unknown zone",
      ["export", "--shape", "events", "--tz", "Mars"],
      '"Mars" is not a time zone; it should look like Europe/Berlin or UTC',
    ],
    [
      "nothing to record",
      ["collect"],
      "there is no account to record yet: add yours with `rollcall account add you@example.com --server HOST`, or look at the sandbox with `rollcall start`",
    ],
  ])("%s", async (_, args, line) => {
    const data = join(tempFolder(), "data");
    const { code, out, err } = await runCli(args, { data });
    expect(err).toEqual([`rollcall: ${line}`]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(existsSync(data) ? readdirSync(data).filter((file) => file !== "collector.lock") : []).toEqual([]);
  });
});

test.each([
  ["empty", "", "the password of me@example.com is empty"],
  ["of one empty line", "\n", "the password of me@example.com is empty"],
  ["of two lines", "secret\nnotes\n", "the password has more than one line; the file should hold the password alone"],
])("a password file that is %s is refused", async (_, text, line) => {
  const data = tempFolder();
  const file = join(tempFolder(), "password");
  writeFileSync(file, text);
  const { code, err } = await runCli([...ADD, "--password-file", file], { data });
  expect({ code, err }).toEqual({ code: 2, err: [`rollcall: ${line}`] });
  expect(readdirSync(data)).toEqual([]);
});

test.each([
  [
    "holds none",
    "hello",
    'the CA file holds no certificate: it should be PEM, with a line "-----BEGIN CERTIFICATE-----"',
  ],
  [
    "holds a damaged one",
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    "certificate 1 of the CA file cannot be read: is it damaged?",
  ],
])("a certificate file that %s is refused before an account is stored with it", async (_, text, line) => {
  const data = tempFolder();
  const file = join(tempFolder(), "ca.pem");
  writeFileSync(file, text);
  const { code, err } = await runCli([...ADD, "--ca", file], { data });
  expect({ code, err }).toEqual({ code: 2, err: [`rollcall: ${file} will not do for --ca: ${line}`] });
  expect(readdirSync(data)).toEqual([]);
});

test("help and version are no failures", async () => {
  const help = await runCli(["--help"]);
  expect(help).toMatchObject({ code: 0, err: [] });
  for (const command of ["start", "collect", "serve", "account", "status", "export", "sandbox"])
    expect(help.out).toMatch(new RegExp(`^  ${command}\\b`, "m"));
  expect(await runCli(["--version"])).toEqual({ code: 0, out: "0.1.0\n", err: [] });
});

test("a setting that is no port is refused before anything is built or recorded", async () => {
  for (const command of ["serve", "start"]) {
    const data = tempFolder();
    const { code, err } = await runCli([command], { data, env: { ROLLCALL_PORT: "http" } });
    expect(err).toEqual([
      'rollcall: ROLLCALL_PORT is "http": it should be a port, a number from 1 to 65535 (default 7655)',
    ]);
    expect(code).toBe(2);
  }
});

test("with nothing recorded yet, status says what to do and export that there is nothing", async () => {
  const data = tempFolder();
  const status = await runCli(["status"], { data });
  expect(status).toEqual({
    code: 0,
    out: `${[
      `history    ${data}/rollcall.db, nothing recorded yet`,
      "collector  has not run yet: rollcall start",
      "accounts   none yet: rollcall account add you@example.com --server HOST",
    ].join("\n")}\n`,
    err: [],
  });
  const json = await runCli(["status", "--json"], { data });
  expect(JSON.parse(json.out)).toEqual({
    database: join(data, "rollcall.db"),
    isSandbox: false,
    lastChangeMs: null,
    sizeBytes: null,
    collector: null,
    accounts: [],
  });
  expect(await runCli(["account", "list", "--json"], { data })).toEqual({ code: 0, out: "[]\n", err: [] });
  const out = join(data, "events.csv");
  const exported = await runCli(["export", "--shape", "events", "--out", out], { data });
  expect(exported).toEqual({
    code: 1,
    out: "",
    err: [`rollcall: there is no history at ${join(data, "rollcall.db")} yet`],
  });
  expect(existsSync(out)).toBe(false);
});

test("a data folder without rights is one line, for every command that writes", async () => {
  const parent = tempFolder();
  mkdirSync(join(parent, "data"), { mode: 0o555 });
  const data = join(parent, "data");
  const line = `rollcall: cannot write to the data folder ${data} (EACCES): check who owns it, or choose another with ROLLCALL_DATA`;
  for (const args of [["collect"], ["start"], ["serve"], ADD]) {
    const { code, out, err } = await runCli(args, { data, asNobody: true, env: { ROLLCALL_PASSWORD: "secret" } });
    expect({ code, out, err }, args.join(" ")).toEqual({ code: 2, out: "", err: [line] });
  }
});
