/** Histories that are carried from one Rollcall to another, by the commands themselves. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Cli, runCli } from "../../helpers/run-cli.ts";
import { SampleHistory } from "../../helpers/sample-history.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { placeAt } from "./place.ts";

function withHistory(): string {
  const data = tempFolder();
  new SampleHistory(data, Date.now() - 1_000).close();
  return data;
}

test("a bundle goes into a fresh place, and comes out of it as it was", async () => {
  const [from, to, files] = [withHistory(), tempFolder(), tempFolder()];
  const [first, second] = [join(files, "first.gz"), join(files, "second.gz")];
  const wrote = await runCli(["export", "--bundle", first], { data: from });
  expect(wrote.out).toMatch(/^wrote [\d,]+ events of 11 contacts to .*first\.gz\n$/);
  const took = await runCli(["import", "--bundle", first], { data: to });
  expect(took).toMatchObject({ code: 0, err: [] });
  expect(took.out).toMatch(/^new: 1 accounts, 11 contacts, 3 coverages, [\d,]+ events\n$/);
  await runCli(["export", "--bundle", second], { data: to });
  expect(readFileSync(second).equals(readFileSync(first))).toBe(true);
  const shown = async (data: string) =>
    (await runCli(["export", "--shape", "spans", "--tz", "UTC", "--to", "2026-01-01"], { data })).out;
  expect(await shown(to)).toBe(await shown(from));
  expect((await runCli(["merge", join(from, "rollcall.db")], { data: to })).out).toBe("nothing new\n");
  expect(readdirSync(to).filter((name) => name.startsWith("carried-"))).toEqual([]);
});

test("a running collector takes another history in, and goes on", async () => {
  // Nobody answers there: it tries again and again.
  const here = await placeAt(9);
  const collector = new Cli(["collect"], { data: here.data });
  await collector.says(/recording into/);
  const merged = await runCli(["merge", join(withHistory(), "rollcall.db")], { data: here.data });
  expect(merged).toMatchObject({ code: 0, err: [] });
  expect(merged.out).toMatch(/^new: .*11 contacts, 3 coverages, [\d,]+ events\n$/);
  expect((await collector.stop()).code).toBe(0);
  const { out } = await runCli(["export", "--shape", "coverage", "--account", "me@example.com"], { data: here.data });
  expect(out.trim().split("\r\n")).toHaveLength(4);
});

test("an account that came without its password is not signed in, and said to be so", async () => {
  const data = tempFolder();
  const bundle = join(tempFolder(), "b.gz");
  await runCli(["export", "--bundle", bundle], { data: withHistory() });
  await runCli(["import", "--bundle", bundle], { data });
  const { code, err } = await runCli(["collect"], { data });
  expect(err.join("\n")).toMatch(/me@example\.com: there is no password here, so it is not signed in/);
  expect(err.at(-1)).toBe("rollcall: no account here has a password: give it with `rollcall account add`");
  expect(code).toBe(3);
});

test("what cannot be carried is told in one line, and leaves nothing behind", async () => {
  const data = tempFolder();
  const files = tempFolder();
  const said = async (...args: string[]) => {
    const { code, out, err } = await runCli(args, { data });
    expect(out).toBe("");
    expect(err).toHaveLength(1);
    return `${code} ${err[0]}`;
  };
  const missing = join(files, "missing");
  expect(await said("merge", missing)).toBe(`1 rollcall: cannot read ${missing}: there is no such file`);
  expect(await said("import", "--bundle", files)).toBe(`1 rollcall: cannot read ${files}: that is a folder`);
  const diary = join(files, "diary.txt");
  writeFileSync(diary, "Dear diary");
  expect(await said("merge", diary)).toMatch(
    /^1 rollcall: .*diary\.txt is neither a bundle of Rollcall's nor a database/,
  );
  expect(await said("import")).toBe("2 rollcall: say what to import: --bundle FILE or --events FILE");
  const events = ["import", "--events", diary];
  expect(await said(...events)).toMatch(
    /^2 rollcall: say with --coverage FROM\/TO when these events were being recorded/,
  );
  const covered = [...events, "--coverage", "2026-11-01T00:00Z/2026-11-02T00:00Z"];
  expect(await said(...covered)).toBe("2 rollcall: say with --account whose contacts the events are about");
  const known = [...covered, "--account", "me@example.com"];
  expect(await said(...known)).toMatch(
    /^2 rollcall: this history has no account me@example\.com: say with --server HOST/,
  );
  expect(await said(...known, "--server", "old.example")).toMatch(
    /^1 rollcall: diary\.txt has no column at_utc, address, status/,
  );
  expect(await said("export", "--bundle", join(files, "b"), "--shape", "events")).toMatch(
    /^2 rollcall: .*--bundle.* cannot be used with/,
  );
  expect(await said("export", "--bundle", join(files, "b"))).toMatch(/^1 rollcall: there is no history at .* yet$/);
  expect(readdirSync(data).filter((name) => name.startsWith("carried-"))).toEqual([]);
});

test("a manifest and pseudonyms come with an export that is asked for them", async () => {
  const data = withHistory();
  const [out, manifest] = [join(tempFolder(), "e.jsonl"), join(tempFolder(), "m.json")];
  const args = [
    "export",
    "--shape",
    "events",
    "--format",
    "jsonl",
    "--pseudonyms",
    "--out",
    out,
    "--manifest",
    manifest,
  ];
  expect(await runCli(args, { data })).toEqual({ code: 0, out: "", err: [] });
  const lines = readFileSync(out, "utf8").trimEnd().split("\n");
  expect(JSON.parse(lines[0] as string)).toMatchObject({
    account: "account-1",
    address: expect.stringMatching(/^contact-\d+$/),
    name: expect.stringMatching(/^contact-\d+$/),
  });
  expect(JSON.parse(readFileSync(manifest, "utf8"))).toMatchObject({
    rows: lines.length,
    pseudonyms: true,
    format: "jsonl",
  });
});
