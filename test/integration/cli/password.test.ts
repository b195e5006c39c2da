import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Access } from "../../../db/access/access.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { tempFolder } from "../../helpers/temp.ts";

async function opens(data: string, password: string): Promise<boolean> {
  const access = new Access(data);
  try {
    return await access.isPassword(password);
  } finally {
    access.close();
  }
}

describe("rollcall password", () => {
  test("sets it from a file or standard input, changes it and removes it", async () => {
    const data = join(tempFolder(), "data");
    const file = join(tempFolder(), "password");
    writeFileSync(file, "correct horse\n");
    const set = await runCli(["password", "--file", file], { data });
    expect(set).toMatchObject({ code: 0, err: [], out: expect.stringMatching(/^The dashboard's password is set, /) });
    expect(await opens(data, "correct horse")).toBe(true);
    const changed = await runCli(["password", "--file", "-"], { data, input: "battery staple" });
    expect(changed).toMatchObject({ code: 0, out: expect.stringMatching(/ is changed, /) });
    expect(await opens(data, "battery staple")).toBe(true);
    expect((await runCli(["password", "--remove"], { data })).out).toMatch(/^The dashboard has no password any more/);
    expect(await opens(data, "battery staple")).toBe(false);
    expect((await runCli(["password", "--remove"], { data })).out).toBe("The dashboard had no password.\n");
  });

  test.each([
    ["short", "rollcall: a password needs 8 characters or more"],
    ["two lines\nof text", /more than one line/],
    ["x".repeat(1_025), "rollcall: a password may be 1024 bytes long at most"],
  ])("refuses %j in one line", async (input, line) => {
    const data = join(tempFolder(), "data");
    const { code, err } = await runCli(["password", "--file", "-"], { data, input });
    expect(code).toBe(2);
    expect(err).toEqual([typeof line === "string" ? line : expect.stringMatching(line)]);
  });

  test("says where it can come from when nobody can be asked", async () => {
    const data = join(tempFolder(), "data");
    const { code, err } = await runCli(["password"], { data });
    expect({ code, err }).toEqual({ code: 2, err: [expect.stringMatching(/no terminal .*--file/)] });
    const missing = await runCli(["password", "--file", "/none"], { data });
    expect(missing.err).toEqual(["rollcall: cannot read the password file /none (ENOENT)"]);
  });

  test("is not removed where others can come to the door", async () => {
    const data = join(tempFolder(), "data");
    await runCli(["password", "--file", "-"], { data, input: "correct horse" });
    for (const env of [{ ROLLCALL_HOST: "0.0.0.0" }, { ROLLCALL_PROXY: "127.0.0.1" }]) {
      const { code, err } = await runCli(["password", "--remove"], { data, env });
      expect({ code, err }).toEqual({
        code: 2,
        err: [expect.stringMatching(/^rollcall: the password stays: ROLLCALL_/)],
      });
    }
    expect(await opens(data, "correct horse")).toBe(true);
  });
});

test("other addresses than loopback need a password before anything is started", async () => {
  const data = join(tempFolder(), "data");
  for (const command of ["serve", "start"]) {
    const { code, err } = await runCli([command, "--host", "0.0.0.0"], { data });
    expect({ code, err }).toEqual({
      code: 2,
      err: [expect.stringMatching(/^rollcall: ROLLCALL_HOST is "0\.0\.0\.0", but .*`rollcall password`/)],
    });
  }
});

test("a key is for a browser on this computer, and is not made where none can reach the dashboard", async () => {
  const data = join(tempFolder(), "data");
  expect((await runCli(["key", "--host", "0.0.0.0"], { data })).out).toMatch(
    /^Open http:\/\/127\.0\.0\.1:7655\/\?key=/,
  );
  const { code, err } = await runCli(["key", "--host", "192.0.2.7"], { data });
  expect({ code, err }).toEqual({ code: 2, err: [expect.stringMatching(/listens on 192\.0\.2\.7 alone/)] });
});
