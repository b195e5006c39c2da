import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BundleRefused } from "../../../db/carry/sections.ts";
import { stageFile } from "../../../db/carry/stage.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { anySteps, emptyHistory, live, merge, quickStory, textOf } from "./worlds.ts";

test("a bundle imported into nothing and exported again is the same, byte for byte", async () => {
  await fc.assert(
    fc.asyncProperty(anySteps(20), fc.boolean(), async (steps, isStopped) => {
      const story = quickStory();
      live(story, steps, undefined, isStopped);
      story.db.exec(`
        INSERT INTO contact_note VALUES (1, 'A.', 'met in Łódź, "there"');
        INSERT INTO contact_tag VALUES (1, 'work'), (2, 'ü');
        INSERT INTO pause (contact_id, from_ms, to_ms) VALUES (2, 5, 6), (1, 7, NULL);
        INSERT INTO contact_retention VALUES (1, 30), (2, NULL);
        INSERT INTO person (name, created_ms) VALUES ('P', 3), ('Q', 3);
        INSERT INTO person_link (person_id, contact_id, linked_ms, unlinked_ms) VALUES (1, 1, 4, 5), (2, 1, 6, NULL)`);
      const text = textOf(story.db);
      const other = emptyHistory();
      await merge(other, text);
      expect(textOf(other)).toBe(text);
      other.close();
      story.db.close();
    }),
    { seed: 4, numRuns: 40 },
  );
});

test("a bundle holds no secret", () => {
  const story = quickStory();
  story.db.exec("UPDATE account SET sealed_password = CAST('S3CRET' AS BLOB), state_detail = 'somebody said'");
  live(story, []);
  expect(textOf(story.db)).not.toMatch(/S3CRET|somebody said/);
});

describe("a file to be merged", () => {
  function bundleFile(change: (text: string) => string | Buffer): string {
    const story = quickStory();
    live(story, [{ minutes: 5, what: "change", who: "ada", status: "busy" }]);
    const path = join(tempFolder(), "other.bundle");
    writeFileSync(path, change(textOf(story.db)));
    return path;
  }
  const stage = (path: string) => stageFile(path, tempFolder());

  test("may be packed or not, or the database itself", async () => {
    for (const change of [(text: string) => text, (text: string) => gzipSync(text)]) await stage(bundleFile(change));
    const story = quickStory();
    live(story, []);
    await stage(story.path);
  });

  test.each<[string, (text: string) => string | Buffer, RegExp]>([
    ["another text", () => "Dear diary", /is neither a bundle of Rollcall's nor a database/],
    ["nothing", () => "", /is neither a bundle/],
    ["other JSON", () => '{"a":1}\n', /line 1: it does not begin as a bundle does/],
    ["one cut off", (text) => text.slice(0, text.lastIndexOf('{"end"')), /it breaks off: the end is missing/],
    ["one cut off in a line", (text) => text.slice(0, -30), /no JSON/],
    ["one packed and cut off", (text) => gzipSync(text).subarray(0, 200), /is damaged or not whole \(Z_BUF_ERROR\)/],
    [
      "one with a changed status",
      (text) => text.replace('"busy"', '"away"'),
      /rows of event are not those that were written/,
    ],
    [
      "one with an unknown status",
      (text) => text.replace('"busy"', '"bizzy"'),
      /event.status is "bizzy", which is none of offline, /,
    ],
    ["one without a row", (text) => text.replace(/\[0,0,\d+,"busy".*\n/, ""), /0 rows of event where it should have 1/],
    [
      "one with a stray reference",
      (text) => text.replace(/\[0,0,(\d+),"busy"/, '[9,0,$1,"busy"'),
      /event.contact is 9, but there are 3 rows of contact/,
    ],
    [
      "one with text for a number",
      (text) => text.replace(/\[0,0,(\d+),"busy"/, '[0,0,"$1","busy"'),
      /event.at_ms is "\d+", which is no whole number/,
    ],
    [
      "one in another order",
      (text) => text.replace('{"section":"account"', '{"section":"contact"'),
      /here should be {"section":"account"/,
    ],
    ["two in one", (text) => text + text, /there is more behind its end/],
  ])("is refused when it is %s, with the line and what is wrong", async (_, change, message) => {
    const path = bundleFile(change);
    await expect(stage(path)).rejects.toThrow(message);
    await expect(stage(path)).rejects.toThrow(BundleRefused);
  });

  test("of a newer version is refused as such", async () => {
    const path = bundleFile((text) => text.replace('"version":1', '"version":2'));
    await expect(stage(path)).rejects.toMatchObject({
      code: "newer",
      message: expect.stringMatching(/from a newer Rollcall/),
    });
  });

  test("that is not there, or a folder, is one line", async () => {
    const folder = tempFolder();
    await expect(stage(join(folder, "x"))).rejects.toThrow(`cannot read ${join(folder, "x")}: there is no such file`);
    await expect(stage(folder)).rejects.toThrow(`cannot read ${folder}: that is a folder`);
  });
});
