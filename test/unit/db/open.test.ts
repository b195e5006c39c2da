import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { DatabaseRefused, openForReading, openForWriting, SCHEMA_VERSION } from "../../../db/open.ts";
import { tempFolder } from "../../helpers/temp.ts";

const NEXT_MAJOR = (Math.floor(SCHEMA_VERSION / 1000) + 1) * 1000;

function made(): string {
  const path = join(tempFolder(), "rollcall.db");
  openForWriting(path).close();
  return path;
}

/** Changes a database behind our back, as another program would. */
function tamper(path: string, sql: string): string {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
  return path;
}

function refusalOf(run: () => unknown): DatabaseRefused {
  try {
    run();
  } catch (error) {
    if (error instanceof DatabaseRefused) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

describe("a new database", () => {
  test("can shrink, survives a power cut, and is known by its kind", () => {
    const path = join(tempFolder(), "rollcall.db");
    const db = openForWriting(path);
    const read = (pragma: string) => db.pragma(pragma, { simple: true });
    const INCREMENTAL = 2;
    const FULL = 2;
    expect(read("auto_vacuum")).toBe(INCREMENTAL);
    expect(read("synchronous")).toBe(FULL);
    expect(read("journal_mode")).toBe("wal");
    expect(read("foreign_keys")).toBe(1);
    expect(read("application_id")).toBe(0x524c434c);
    expect(read("user_version")).toBe(SCHEMA_VERSION);
    db.close();
  });

  test("keeps these settings when it is opened again, without a copy having been made", () => {
    const path = made();
    const db = openForWriting(path);
    expect(db.pragma("auto_vacuum", { simple: true })).toBe(2);
    expect(db.pragma("synchronous", { simple: true })).toBe(2);
    db.close();
    expect(readdirSync(join(path, ".."))).toEqual(["rollcall.db"]);
  });

  test("holds the words for its codes, for people who open it by hand", () => {
    const db = openForReading(made());
    expect(db.prepare("SELECT status FROM status_code WHERE code = 4").pluck().get()).toBe("be-right-back");
    db.close();
  });
});

describe("refused in words", () => {
  test("a history that is not there yet", () => {
    const path = join(tempFolder(), "rollcall.db");
    const refusal = refusalOf(() => openForReading(path));
    expect(refusal).toMatchObject({ code: "missing", message: `there is no history at ${path} yet` });
    expect(existsSync(path)).toBe(false);
  });

  test("an empty file, which the collector has only just created", () => {
    const path = join(tempFolder(), "rollcall.db");
    writeFileSync(path, "");
    expect(refusalOf(() => openForReading(path))).toMatchObject({
      code: "missing",
      message: `the history at ${path} is still being created`,
    });
  });

  test.each([
    ["reader", openForReading],
    ["writer", openForWriting],
  ])("a newer major schema, by the %s", (_, open) => {
    const path = tamper(made(), `PRAGMA user_version = ${NEXT_MAJOR + 3}`);
    expect(refusalOf(() => open(path))).toMatchObject({
      code: "newer",
      message: `${path} was written by a newer Rollcall (schema 2.3; this one knows 1.${SCHEMA_VERSION % 1000}): install the newer version`,
    });
  });

  test.each([
    ["reader", openForReading],
    ["writer", openForWriting],
  ])("what is no database, by the %s", (_, open) => {
    const path = join(tempFolder(), "rollcall.db");
    writeFileSync(path, "Dear diary, ".repeat(500));
    expect(refusalOf(() => open(path))).toMatchObject({ code: "not-ours", message: `${path} is not a database` });
  });

  test.each([
    ["with a version", "CREATE TABLE recipe (name TEXT); PRAGMA user_version = 7"],
    ["without a version", "CREATE TABLE recipe (name TEXT)"],
  ])("somebody else's database %s, which is left as it was", (_, sql) => {
    const path = tamper(join(tempFolder(), "rollcall.db"), sql);
    const message = `${path} is an SQLite database, but not one of Rollcall's`;
    expect(refusalOf(() => openForWriting(path))).toMatchObject({ code: "not-ours", message });
    expect(refusalOf(() => openForReading(path)).code).toMatch(/not-ours|missing/);
    const db = new DatabaseSync(path, { readOnly: true });
    expect(db.prepare("SELECT name FROM sqlite_schema").all()).toEqual([{ name: "recipe" }]);
    db.close();
  });

  test("a path that leads through a file", () => {
    const file = join(tempFolder(), "file");
    writeFileSync(file, "");
    const path = join(file, "rollcall.db");
    expect(refusalOf(() => openForWriting(path))).toMatchObject({
      code: "unwritable",
      message: `cannot write to ${path}: check who owns it and its folder, or choose another folder with ROLLCALL_DATA`,
    });
  });

  test("a folder that does not exist", () => {
    const path = join(tempFolder(), "nowhere", "rollcall.db");
    expect(refusalOf(() => openForWriting(path))).toMatchObject({
      code: "unwritable",
      message: `the folder ${join(path, "..")} does not exist: make it, or choose another with ROLLCALL_DATA`,
    });
  });

  test("a folder that belongs to somebody else", () => {
    const folder = tempFolder();
    chmodSync(folder, 0o755);
    const path = join(folder, "rollcall.db");
    expect(asNobody("openForWriting", path)).toBe(
      `unwritable: cannot write to ${path}: check who owns it and its folder, or choose another folder with ROLLCALL_DATA`,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a database that may be read and not written to", () => {
    const path = made();
    chmodSync(join(path, ".."), 0o755);
    chmodSync(path, 0o644);
    expect(asNobody("openForWriting", path)).toMatch(/^unwritable: cannot write to /);
  });
});

test("a database that belongs to somebody else can not be read, and says so", () => {
  const path = made();
  chmodSync(join(path, ".."), 0o755);
  chmodSync(path, 0o600);
  if (process.getuid?.() !== 0) chmodSync(path, 0);
  expect(asNobody("openForReading", path)).toBe(
    `unreadable: cannot read ${path}: check who owns it and its folder, or choose another folder with ROLLCALL_DATA`,
  );
});

test("a reader accepts a newer minor schema; so does the collector, and leaves its version alone", () => {
  const path = tamper(made(), `ALTER TABLE contact ADD COLUMN hat TEXT; PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  openForReading(path).close();
  const db = openForWriting(path);
  expect(db.pragma("user_version", { simple: true })).toBe(SCHEMA_VERSION + 1);
  db.close();
});

test("a reader of a history whose writer was killed sees all that was committed", () => {
  const path = join(tempFolder(), "rollcall.db");
  const writer = openForWriting(path);
  writer.prepare("INSERT INTO setting VALUES ('a', 'b')").run();
  const reader = openForReading(path);
  expect(reader.prepare("SELECT value FROM setting").pluck().get()).toBe("b");
  expect(() => reader.prepare("INSERT INTO setting VALUES ('c', 'd')").run()).toThrow("readonly");
  reader.close();
  writer.close();
  expect(statSync(path).size).toBeGreaterThan(0);
});

/** What a user without rights would be told: "code: message", or "opened". Root may do everything, so it steps down. */
function asNobody(open: "openForWriting" | "openForReading", path: string): string {
  const isRoot = process.getuid?.() === 0;
  const script = `
    import { ${open} } from ${JSON.stringify(new URL("../../../db/open.ts", import.meta.url))};
    ${isRoot ? "process.setgid(65534); process.setuid(65534);" : ""}
    try { ${open}(${JSON.stringify(path)}).close(); console.log("opened"); }
    catch (error) { console.log(error.code + ": " + error.message); }`;
  if (!isRoot) chmodSync(join(path, ".."), 0o555);
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  if (!isRoot) chmodSync(join(path, ".."), 0o755);
  if (stderr !== "") throw new Error(stderr);
  return stdout.trim();
}
