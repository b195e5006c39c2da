import { join } from "node:path";
import { expect, test } from "vitest";
import { Access } from "../../../db/access/access.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { tempFolder } from "../../helpers/temp.ts";

test("rollcall token makes, lists and revokes; the token itself is printed once and kept nowhere", async () => {
  const data = join(tempFolder(), "data");
  const made = await runCli(["token", "add", "home automation"], { data });
  expect(made.out).toMatch(/^rollcall_[\w-]{32}\n$/);
  await runCli(["token", "add", "script", "--scope", "write"], { data });
  const access = new Access(data);
  expect(access.findToken(made.out.trim(), Date.now())).toMatchObject({ name: "home automation", scope: "read" });
  access.close();
  const { out } = await runCli(["token", "list"], { data });
  expect(out).toMatch(
    /^home automation {2}read {2}made \S+ {2}last used \S+\nscript {2}write {2}made \S+ {2}never used\n$/,
  );
  expect(JSON.parse((await runCli(["token", "list", "--json"], { data })).out)).toMatchObject([
    { name: "home automation", scope: "read" },
    { name: "script", used: null },
  ]);
  expect(await runCli(["token", "revoke", "script"], { data })).toMatchObject({ code: 0 });
  expect(await runCli(["token", "revoke", "script"], { data })).toMatchObject({
    code: 2,
    err: ['rollcall: there is no token called "script"'],
  });
  expect(await runCli(["token", "add", "home automation"], { data })).toMatchObject({
    code: 2,
    err: ['rollcall: there is a token called "home automation" already'],
  });
  expect(await runCli(["token", "add", "x", "--scope", "all"], { data })).toMatchObject({ code: 2 });
});
