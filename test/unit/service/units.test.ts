/** What service managers read. systemd's own program judges the units; macOS and Windows are held against fixtures. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { plistText } from "../../../collector/service/launchd.ts";
import { type Unit, unitText } from "../../../collector/service/systemd.ts";
import { taskText } from "../../../collector/service/windows.ts";
import { tempFolder } from "../../helpers/temp.ts";

const FIXTURES = join(import.meta.dirname, "..", "..", "fixtures", "service");
const NO_SYSTEMD = "there is no systemd-analyze on this machine";

/** With everything in it that has to be escaped. */
const ODD = '/home/me/my data/100% $HOME "x"';
const SYSTEM: Unit = {
  command: [process.execPath, join(import.meta.dirname, "..", "..", "..", "collector", "rollcall.js"), "start"],
  programFolder: join(import.meta.dirname, "..", "..", ".."),
  environment: { ROLLCALL_PORT: "7655" },
  credentials: { "rollcall.alerts.secret": "/etc/rollcall/alert secret" },
  settingsFile: "/etc/rollcall/rollcall.toml",
};
const UNITS = { system: SYSTEM, user: { ...SYSTEM, dataFolder: "/home/me/.local/share/rollcall" } };

describe.each(Object.entries(UNITS))("the unit of a %s", (scope, unit) => {
  function analyze(...args: string[]): string | undefined {
    const folder = tempFolder();
    const file = join(folder, "rollcall.service");
    writeFileSync(file, unitText(unit));
    const env = { ...process.env, XDG_RUNTIME_DIR: folder };
    const { error, stdout, stderr } = spawnSync("systemd-analyze", [...args, file], { encoding: "utf8", env });
    return error ? undefined : stdout + stderr;
  }

  test("is one that systemd understands, word for word", ({ skip }) => {
    const said = analyze("verify", ...(scope === "user" ? ["--user"] : []));
    if (said === undefined) return skip(NO_SYSTEMD);
    // Units of the machine that it depends on may be amiss; ours is not.
    expect(said.split("\n").filter((line) => line.includes("rollcall"))).toEqual([]);
  });

  test("exposes little", ({ skip }) => {
    const said = analyze("security", "--offline=true", "--no-pager");
    if (said === undefined) return skip(NO_SYSTEMD);
    const [, level] = /Overall exposure level for rollcall\.service: ([\d.]+)/.exec(said) ?? [];
    expect(Number(level)).toBeLessThanOrEqual(2);
  });

  test("leaves V8 the right to compile, and the manager the last word on a stuck process", () => {
    const text = unitText(unit);
    expect(text).not.toMatch(/^MemoryDenyWriteExecute=/m);
    for (const line of [
      "Type=notify",
      "WatchdogSec=180",
      "RestartPreventExitStatus=2 3",
      "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
    ])
      expect(text.split("\n")).toContain(line);
  });
});

test("what is no plain word is quoted, and no part of it is a variable", () => {
  const text = unitText({ ...SYSTEM, dataFolder: ODD, environment: { ROLLCALL_HOST: "::1" } });
  // In an environment a dollar is a dollar; in a command it would begin a variable.
  expect(text).toContain('Environment="ROLLCALL_DATA=/home/me/my data/100%% $HOME \\"x\\""\n');
  expect(unitText({ ...SYSTEM, command: ["/opt/$x/node", "a b"] })).toContain('ExecStart="/opt/$$x/node" "a b"\n');
  expect(text).toContain("Environment=ROLLCALL_HOST=::1\n");
});

test("a unit for all users keeps its data where systemd says, under a user of its own", () => {
  const text = unitText(SYSTEM);
  for (const line of ["DynamicUser=yes", "StateDirectory=rollcall", "Environment=ROLLCALL_DATA=%S/rollcall"])
    expect(text.split("\n")).toContain(line);
});

test("the property list for macOS is this one", () => {
  const text = plistText({
    command: ["/opt/node", "/opt/roll & call/collector/rollcall.js", "start"],
    environment: { ROLLCALL_DATA: "/Users/me/Library/Application Support/rollcall", ROLLCALL_PORT: "7655" },
    logFile: "/Users/me/Library/Logs/rollcall.log",
  });
  expect(text).toBe(readFileSync(join(FIXTURES, "org.rollcall.collector.plist"), "utf8"));
});

test("the task for Windows is this one", () => {
  const text = taskText({
    program: "C:\\Program Files\\rollcall\\node.exe",
    arguments: ["C:\\Program Files\\rollcall\\collector\\rollcall.js", "start"],
    programFolder: "C:\\Program Files\\rollcall",
  });
  expect(text).toBe(readFileSync(join(FIXTURES, "rollcall-task.xml"), "utf8"));
});
