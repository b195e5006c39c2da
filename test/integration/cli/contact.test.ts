/** Who the contacts are, in their user's own words, by the commands themselves. */
import { expect, test } from "vitest";
import { openForWriting } from "../../../db/open.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { SampleHistory } from "../../helpers/sample-history.ts";
import { tempFolder } from "../../helpers/temp.ts";

function withHistory(): string {
  const data = tempFolder();
  new SampleHistory(data, Date.now() - 1_000).close();
  return data;
}

async function say(data: string, ...args: string[]): Promise<string> {
  const { code, out, err } = await runCli(["contact", ...args], { data });
  expect([code, err]).toEqual([0, []]);
  return out;
}

test("contacts are called, noted and tagged", async () => {
  const data = withHistory();
  expect(await say(data, "alias", "Emoji@example.com", "Zoë")).toMatch(
    /^emoji@example\.com \(on .*\) is called Zoë\.\n$/,
  );
  expect(await say(data, "note", "emoji@example.com", "likes foxes")).toContain("has this note");
  expect(await say(data, "tag", "emoji@example.com", "friends")).toContain("is tagged friends");
  expect(await say(data, "list")).toMatch(
    /^Zoë\n {2}emoji@example\.com \(on .*\); alias Zoë; tags friends; note likes foxes$/m,
  );
  expect(await say(data, "tag", "emoji@example.com", "friends", "--remove")).toContain(
    "is not tagged friends any more",
  );
  expect(await say(data, "alias", "emoji@example.com")).toContain("goes by the network's name");
});

test("contacts are joined, and taken apart again", async () => {
  const data = withHistory();
  expect(await say(data, "link", "emoji@example.com", "nobody@example.com", "--name", "Zoë B.")).toMatch(
    /^One person, Zoë B\.: emoji@example\.com on .*, nobody@example\.com on .*\.\n$/,
  );
  expect(await say(data, "list")).toMatch(/^Zoë B\.\n {2}emoji@example\.com .*\n {2}nobody@example\.com/m);
  expect(await say(data, "unlink", "nobody@example.com")).toContain("is a person of its own.");
  expect(await say(data, "unlink", "nobody@example.com")).toContain("was a person of its own already");
});

test("what cannot be done is said in one line", async () => {
  const data = withHistory();
  const refused = async (...args: string[]) => (await runCli(["contact", ...args], { data })).err;
  expect(await refused("alias", "stranger@example.com", "X")).toEqual([
    "rollcall: this history has no contact stranger@example.com",
  ]);
  expect(await refused("tag", "emoji@example.com", " ")).toEqual(["rollcall: a tag needs a name"]);
  expect(await refused("link", "emoji@example.com", "EMOJI@example.com")).toEqual([
    "rollcall: a link joins two contacts or more: name another one",
  ]);
});

test("a history with nobody in it says so", async () => {
  const data = tempFolder();
  openForWriting(`${data}/rollcall.db`).close();
  expect((await runCli(["contact", "list"], { data })).out).toBe("There is nobody yet.\n");
});
