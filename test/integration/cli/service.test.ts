/** `rollcall service` with a manager that only writes down what it is told. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Finished, runCli } from "../../helpers/run-cli.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { addAccount, place } from "./place.ts";

interface Machine {
  run(...args: string[]): Promise<Finished>;
  data: string;
  unit: string;
  /** What the manager was told since the last time somebody asked. */
  told(): string[];
}

/** `fails`: the command that the manager refuses. */
async function machine(fails = "nothing"): Promise<Machine> {
  const home = tempFolder();
  const bin = join(home, "bin");
  const log = join(home, "told");
  mkdirSync(bin);
  for (const name of ["systemctl", "loginctl", "journalctl"]) {
    const script = `#!/bin/sh\necho "${name} $*" >> '${log}'\ncase "$*" in *${fails}*) echo "it cannot" >&2; exit 4;; esac\n`;
    writeFileSync(join(bin, name), script);
    chmodSync(join(bin, name), 0o755);
  }
  const here = place();
  await addAccount(here, "127.0.0.1");
  const env = { HOME: home, PATH: `${bin}:${process.env.PATH}` };
  return {
    run: (...args) => runCli(["service", ...args], { data: here.data, env }),
    data: here.data,
    unit: join(home, ".config", "systemd", "user", "rollcall.service"),
    told() {
      const lines = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
      writeFileSync(log, "");
      return lines.filter((line) => line !== "");
    },
  };
}

describe.skipIf(process.platform !== "linux")("a service of systemd's", () => {
  test("is installed, started again with a backup first, and taken away, and the data stays", async () => {
    const { run, data, unit, told } = await machine();
    expect(await run("install", "--collect-only")).toMatchObject({ code: 0, err: [] });
    expect(readFileSync(unit, "utf8")).toContain(`Environment=ROLLCALL_DATA=${data}\n`);
    const installing = [
      "systemctl --user daemon-reload",
      "systemctl --user enable rollcall.service",
      "systemctl --user restart rollcall.service",
      "loginctl enable-linger",
    ];
    expect(told()).toEqual(installing);
    // A second time is an upgrade of the file.
    expect(await run("install", "--collect-only")).toMatchObject({ code: 0 });
    expect(told()).toEqual(installing);

    expect(await run("restart")).toMatchObject({ code: 0, err: [] });
    expect(readdirSync(join(data, "backups")).length).toBe(1);
    expect(told()).toEqual(["systemctl --user daemon-reload", "systemctl --user restart rollcall.service"]);

    expect(await run("status")).toMatchObject({ code: 0 });
    expect(await run("logs")).toMatchObject({ code: 0 });
    expect(told()).toEqual([
      "systemctl --user status --no-pager rollcall.service",
      "journalctl --user --no-pager -n 200 -u rollcall.service",
    ]);
    expect(await run("uninstall")).toMatchObject({ code: 0 });
    expect(told()).toEqual(["systemctl --user disable --now rollcall.service"]);
    expect([existsSync(unit), existsSync(join(data, "rollcall.db"))]).toEqual([false, true]);
  });

  test("that the manager refuses is told in a line, with what the manager said", async () => {
    const { run } = await machine("enable");
    expect(await run("install", "--collect-only")).toEqual({
      code: 1,
      out: "",
      err: ["rollcall: systemctl --user enable rollcall.service ended with 4: it cannot"],
    });
  });

  test("that cannot be backed up is not started again", async () => {
    const { run, data, told } = await machine();
    writeFileSync(join(data, "backups"), "in the way");
    const { code, err } = await run("restart");
    expect(code).toBe(1);
    expect(err.at(-1)).toMatch(/^rollcall: no backup was made.*nothing was started again$/);
    expect(told()).toEqual([]);
  });

  test("is shown by a dry run, which does nothing", async () => {
    const { run, unit, told } = await machine();
    const { out } = await run("install", "--dry-run");
    expect(out).toContain(`# ${unit}\n`);
    expect(out).toContain("# then: systemctl --user enable rollcall.service\n");
    expect([existsSync(unit), told()]).toEqual([false, []]);
  });
});
