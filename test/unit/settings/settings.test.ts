import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SETTINGS } from "../../../db/settings/schema.ts";
import { type Env, readSettings } from "../../../db/settings/settings.ts";
import { SettingsError } from "../../../db/settings/settings-error.ts";
import { tempFolder } from "../../helpers/temp.ts";

function fileWith(text: string): { ROLLCALL_CONFIG: string } {
  const path = join(tempFolder(), "rollcall.toml");
  writeFileSync(path, text);
  return { ROLLCALL_CONFIG: path };
}

function refusal(env: Env): string {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return "";
}

describe("a setting", () => {
  test("is what the environment says, else the file, else the default", () => {
    const env = fileWith('[dashboard]\nhost = "::1"\nport = 8000\n');
    const settings = readSettings({ ...env, ROLLCALL_PORT: "9000", ROLLCALL_HOST: "" });
    expect(settings.get("dashboard.port")).toBe(9000);
    expect(settings.from("dashboard.port")).toBe("ROLLCALL_PORT");
    expect(settings.get("dashboard.host")).toBe("::1");
    expect(settings.from("dashboard.host")).toBe(env.ROLLCALL_CONFIG);
    expect(settings.get("alerts.after_minutes")).toBe(30);
    expect(settings.from("alerts.after_minutes")).toBe("default");
    expect(settings.get("alerts.command")).toBeUndefined();
    expect(settings.from("alerts.command")).toBeUndefined();
  });

  test("that is a secret may stand in a file of its own, or be handed over by systemd", () => {
    const folder = tempFolder();
    writeFileSync(join(folder, "secret"), "from a file\n");
    mkdirSync(join(folder, "credentials"));
    writeFileSync(join(folder, "credentials", "rollcall.alerts.secret"), "from systemd");
    writeFileSync(join(folder, "rollcall.toml"), '[alerts]\nsecret_file = "secret"\n');
    const handed = { CREDENTIALS_DIRECTORY: join(folder, "credentials") };
    const named = { ROLLCALL_ALERT_SECRET_FILE: join(folder, "secret") };
    const config = { ROLLCALL_CONFIG: join(folder, "rollcall.toml") };
    const secretOf = (env: Env) => {
      const settings = readSettings(env);
      return [settings.get("alerts.secret"), settings.from("alerts.secret")];
    };
    expect(secretOf(config)).toEqual(["from a file", config.ROLLCALL_CONFIG]);
    expect(secretOf({ ...config, ...handed })).toEqual(["from systemd", "the credential rollcall.alerts.secret"]);
    expect(secretOf({ ...handed, ...named })).toEqual(["from a file", "ROLLCALL_ALERT_SECRET_FILE"]);
    expect(secretOf({ ...named, ROLLCALL_ALERT_SECRET: "said" })).toEqual(["said", "ROLLCALL_ALERT_SECRET"]);
  });

  test("that will not do is named together with all the others, with where it stands and what would be right", () => {
    const env = fileWith(`
      dta = "/srv"
      [dashboard]
      port = "a"
      [dashbord]
      [alerts]
      after_minuts = 3
      webhook = "hook.example/T0K3N"
      [logs]
      level = "info"
      [log]
      level = "loud"
    `);
    const path = env.ROLLCALL_CONFIG;
    const said = refusal({ ...env, ROLLCALL_PROT: "1", ROLLCALL_HEALTH_PORT: "0" });
    for (const problem of [
      "9 settings will not do: ",
      "there is no ROLLCALL_PROT; did you mean ROLLCALL_PORT?",
      "ROLLCALL_HEALTH_PORT is 0: it should be a port",
      `dashboard.port in ${path} is "a": it should be a port, a number from 1 to 65535 (default 7655)`,
      `${path} has dta, and there is no such setting; did you mean data?`,
      `${path} has dashbord, and there is no such setting; did you mean dashboard?`,
      `${path} has alerts.after_minuts, and there is no such setting; did you mean alerts.after_minutes?`,
      `${path} has logs, and there is no such setting; did you mean log?`,
      `log.level in ${path} is "loud": it should be debug, info, warn or error`,
      `alerts.webhook in ${path} will not do: it should be an address such as https://example.com/hook`,
    ]) {
      expect(said).toContain(problem);
    }
    expect(said).not.toContain("T0K3N");
  });

  test("in the wrong section is told where it belongs", () => {
    expect(refusal(fileWith("port = 8000"))).toMatch(/has port, .*; did you mean dashboard\.port\?$/);
    expect(refusal(fileWith("[collector]\nsecret_file = 'x'"))).toMatch(/did you mean alerts\.secret_file\?$/);
    expect(refusal(fileWith("[quite]\ndifferent = 1"))).toMatch(
      /has quite, and there is no such setting: see rollcall config$/,
    );
  });

  test("a section that is none is said to be one", () => {
    expect(refusal(fileWith("dashboard = 7655"))).toMatch(
      /^dashboard in .* will not do: it should be a section, \[dashboard\]$/,
    );
    expect(refusal({ ...fileWith("dashboard = 7655"), ROLLCALL_PORT: "1" })).toMatch(/it should be a section/);
  });
});

describe("the settings file", () => {
  test("that is no TOML is refused with the line", () => {
    expect(refusal(fileWith('data = "/srv"\nport: 7655\n'))).toMatch(
      /rollcall\.toml, line 2: .* \(this is TOML: name = "value", in \[sections\]\)$/,
    );
  });

  test("that is named must be there, and the usual one need not", () => {
    expect(refusal({ ROLLCALL_CONFIG: "/none/rollcall.toml" })).toBe(
      "cannot read the settings file /none/rollcall.toml (ENOENT), which ROLLCALL_CONFIG names",
    );
    expect(refusal({ ROLLCALL_CONFIG: tempFolder() })).toMatch(/\(EISDIR\)/);
  });

  test("may say of every setting what the environment may", () => {
    for (const { key, env, right } of SETTINGS) {
      const [section, name] = key.split(".") as [string, string?];
      const said = refusal(fileWith(name ? `[${section}]\n${name} = []\n` : `${section} = []\n`));
      expect(said).toContain(`it should be ${right}`);
      expect(env).toMatch(/^ROLLCALL_[A-Z_]+$/);
    }
  });

  test("whatever stands in it, is read or refused in words", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."[]{}=.\"'\n #adort0"), maxLength: 40 }), (text) => {
        refusal(fileWith(text));
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

test("a variable that is nothing like ours is nobody's business", () => {
  expect(refusal({ ROLLCALL_KILL_ROUNDS: "500", ROLLCALL_SOMETHING: "else", ROLL: "x" })).toBe("");
});
