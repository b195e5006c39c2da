import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openForWriting } from "../../../db/open.ts";
import { HistoryWriter } from "../../../db/record/writer.ts";
import {
  accountsRevision,
  parseAddress,
  parseServer,
  putAccount,
  putWish,
  removeAccount,
  storedAccounts,
} from "../../../db/settings/accounts.ts";
import { chooseDatabase, dataFolder, prepareDataFolder } from "../../../db/settings/data-folder.ts";
import { SealBroken } from "../../../db/settings/seal-broken.ts";
import { openPassword, sealPassword } from "../../../db/settings/sealing.ts";
import { SettingsError } from "../../../db/settings/settings-error.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { ACCOUNT, address, contact, Story } from "./story.ts";

function mode(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

describe("the data folder", () => {
  test("is ROLLCALL_DATA, or the platform's own place", () => {
    expect(dataFolder({ ROLLCALL_DATA: "/srv/presence" })).toBe("/srv/presence");
    expect(dataFolder({ ROLLCALL_DATA: "presence" })).toBe(join(process.cwd(), "presence"));
    expect(dataFolder({})).toMatch(/rollcall/i);
    expect(dataFolder({ ROLLCALL_DATA: "" })).toBe(dataFolder({}));
  });

  test("is made with all that leads to it, for its owner alone", () => {
    const folder = join(tempFolder(), "deep", "down");
    prepareDataFolder(folder);
    expect(mode(folder)).toBe("700");
  });

  test("that leads through a file is refused in a line", () => {
    const file = join(tempFolder(), "file");
    writeFileSync(file, "");
    expect(() => prepareDataFolder(join(file, "data"))).toThrow(
      new SettingsError(
        `cannot write to the data folder ${join(file, "data")} (ENOTDIR): check who owns it, or choose another with ROLLCALL_DATA`,
      ),
    );
  });

  test("that is a file is refused in a line", () => {
    const file = join(tempFolder(), "file");
    writeFileSync(file, "");
    expect(() => prepareDataFolder(file)).toThrow(`cannot write to the data folder ${file} (EEXIST): `);
  });
});

describe("which history is meant", () => {
  function withDatabase(file: string, hasAccount: boolean, folder = tempFolder()): string {
    const db = openForWriting(join(folder, file));
    if (hasAccount) putAccount(db, ACCOUNT, Buffer.from("sealed"), 1);
    db.close();
    return folder;
  }

  test("the user's own, where nothing is recorded yet", () => {
    const folder = tempFolder();
    expect(chooseDatabase(folder)).toEqual({ path: join(folder, "rollcall.db"), isSandbox: false });
  });

  test("the sandbox's, while no account has been added", () => {
    const folder = withDatabase("sandbox.db", true);
    expect(chooseDatabase(folder)).toEqual({ path: join(folder, "sandbox.db"), isSandbox: true });
    withDatabase("rollcall.db", false, folder);
    expect(chooseDatabase(folder).isSandbox).toBe(true);
  });

  test("the user's own as soon as an account has been added", () => {
    const folder = withDatabase("sandbox.db", true);
    withDatabase("rollcall.db", true, folder);
    expect(chooseDatabase(folder)).toEqual({ path: join(folder, "rollcall.db"), isSandbox: false });
  });

  test("the sandbox's, while the user's own is only being created", () => {
    const folder = withDatabase("sandbox.db", true);
    writeFileSync(join(folder, "rollcall.db"), "");
    expect(chooseDatabase(folder).isSandbox).toBe(true);
  });
});

describe("a server", () => {
  test.each([
    ["msn.example.com", "msn.example.com", 1863],
    ["msn.example.com:1864", "msn.example.com", 1864],
    [" 127.0.0.1:65535 ", "127.0.0.1", 65535],
    ["[::1]:1864", "::1", 1864],
    ["[fe80::1]", "fe80::1", 1863],
  ])("%s is %s, port %d", (text, host, port) => {
    expect(parseServer(text, 1863)).toEqual({ host, port });
  });

  test.each(["", "  ", "host:", "host:0", "host:65536", "host:12x", "a b", "::1", "me@host", "host/path"])(
    "%j is refused",
    (text) => {
      expect(() => parseServer(text, 1863)).toThrow(
        new SettingsError(`"${text}" is not a server; it should look like msn.example.com or msn.example.com:1863`),
      );
    },
  );

  test("with a scheme before it is refused with the slip named", () => {
    expect(() => parseServer("https://msn.example.com", 1863)).toThrow(/; leave out "https:\/\/"$/);
  });
});

describe("an address", () => {
  test("is kept as typed, but for the blanks around it", () => {
    expect(parseAddress(" Me@Example.COM ")).toBe("Me@Example.COM");
  });

  test.each(["", "me", "@example.com", "me@", "a b@c.d", "me@@x", "<me@x.y>", `${"x".repeat(125)}@a.bc`])(
    "%j is refused",
    (text) => {
      expect(() => parseAddress(text)).toThrow(
        new SettingsError(`"${text}" is not an address; it should look like you@example.com`),
      );
    },
  );
});

describe("an account", () => {
  test("is added once and changed afterwards, whatever the case of its address", () => {
    const db = openForWriting(join(tempFolder(), "rollcall.db"));
    expect(putAccount(db, ACCOUNT, Buffer.from("one"), 1)).toBe(true);
    const changed = { ...ACCOUNT, address: "ME@Example.com", host: "elsewhere", options: { visible: true } };
    expect(putAccount(db, changed, Buffer.from("two"), 2)).toBe(false);
    expect(storedAccounts(db)).toEqual([
      {
        ...changed,
        address: "me@example.com",
        displayAddress: "ME@Example.com",
        id: 1,
        state: "new",
        stateDetail: "",
        sealedPassword: Buffer.from("two"),
        wish: "record",
        revision: 1,
      },
    ]);
    db.close();
  });

  test("that never recorded anything is gone when it is taken away; of one with a history, that stays", () => {
    const db = openForWriting(join(tempFolder(), "rollcall.db"));
    putAccount(db, ACCOUNT, Buffer.from("one"), 1);
    expect(removeAccount(db, "Me@example.com", 2, true)).toBe("gone");
    expect(() => removeAccount(db, "me@example.com", 2, true)).toThrow(/there is no account me@example.com/);
    expect(storedAccounts(db)).toEqual([]);
    putAccount(db, ACCOUNT, Buffer.from("one"), 1);
    const [account] = storedAccounts(db);
    const writer = new HistoryWriter(db, 1, "test");
    writer.append([{ kind: "coverage-open", accountId: account?.id ?? 0, fromMs: 2, watched: [], present: [] }]);
    expect(removeAccount(db, "me@example.com", 3, true)).toBe("history-stays");
    expect(storedAccounts(db)).toMatchObject([{ wish: "removed", state: "removed", sealedPassword: null }]);
    const moved = { ...ACCOUNT, host: "elsewhere.example.com" };
    expect(() => putAccount(db, moved, Buffer.from("two"), 3)).toThrow(/has a history from .*--moved/);
    expect(putAccount(db, moved, Buffer.from("two"), 3, true)).toBe(false);
    expect(storedAccounts(db)).toMatchObject([{ wish: "record", state: "new" }]);
    db.close();
  });

  test("is paused and resumed, each change with a revision of its own", () => {
    const db = openForWriting(join(tempFolder(), "rollcall.db"));
    putAccount(db, ACCOUNT, Buffer.from("one"), 1);
    const revisions = [accountsRevision(db)];
    expect(putWish(db, "Me@example.com", "paused", 2)).toBe(true);
    revisions.push(accountsRevision(db));
    expect(putWish(db, "me@example.com", "paused", 3)).toBe(false);
    expect(storedAccounts(db)).toMatchObject([{ wish: "paused", state: "paused" }]);
    expect(putWish(db, "me@example.com", "record", 4)).toBe(true);
    revisions.push(accountsRevision(db));
    expect(new Set(revisions).size).toBe(3);
    expect(() => putWish(db, "nobody@example.com", "paused", 5)).toThrow(/there is no account nobody@example.com/);
    db.close();
  });

  test("with an option that nobody knows is not stored", () => {
    const db = openForWriting(join(tempFolder(), "rollcall.db"));
    const odd = { ...ACCOUNT, options: { color: "red" } as object };
    expect(() => putAccount(db, odd, Buffer.from("x"), 1)).toThrow(/color/);
    expect(storedAccounts(db)).toEqual([]);
    db.close();
  });
});

test("an account whose only sign-in broke off before its barrier can be removed with what it brought", () => {
  const story = new Story();
  story.tell(
    { kind: "roster", atMs: 1, contacts: [contact("ada")] },
    { kind: "profile", atMs: 2, address: address("ada"), field: "name", value: "Ada" },
  );
  expect(removeAccount(story.db, ACCOUNT.address, 3, true)).toBe("gone");
  expect(story.rows("SELECT * FROM contact")).toEqual([]);
});

describe("a sealed password", () => {
  test("comes back as it was, whatever it is made of", async () => {
    const folder = tempFolder();
    const db = openForWriting(join(folder, "rollcall.db"));
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), async (secret) => {
        expect(await openPassword(folder, await sealPassword(db, folder, secret), "me@example.com")).toBe(secret);
      }),
      { seed: 3, numRuns: 30 },
    );
    db.close();
  });

  test("is never twice the same, and nowhere in the database in the clear", async () => {
    const folder = tempFolder();
    const db = openForWriting(join(folder, "rollcall.db"));
    const [once, again] = [
      await sealPassword(db, folder, "hunter2hunter2"),
      await sealPassword(db, folder, "hunter2hunter2"),
    ];
    expect(once).not.toEqual(again);
    putAccount(db, ACCOUNT, once, 1);
    db.close();
    expect(readFileSync(join(folder, "rollcall.db")).includes("hunter2")).toBe(false);
  });

  test("needs its key file, which only its owner can read", async () => {
    const folder = tempFolder();
    const key = join(folder, "collector.key");
    const db = openForWriting(join(folder, "rollcall.db"));
    const sealed = await sealPassword(db, folder, "secret");
    db.close();
    expect(mode(key)).toBe("600");
    rmSync(key);
    await expect(openPassword(folder, sealed, "me@example.com")).rejects.toThrow(
      new SealBroken(
        `the password of me@example.com cannot be opened, ${key} is missing: give its password again with: rollcall account add me@example.com …`,
      ),
    );
    expect(existsSync(key)).toBe(false);
  });

  test("does not open with another installation's key", async () => {
    const [one, other] = [tempFolder(), tempFolder()];
    const db = openForWriting(join(one, "rollcall.db"));
    const sealed = await sealPassword(db, one, "secret");
    await sealPassword(db, other, "secret");
    db.close();
    await expect(openPassword(other, sealed, "me@example.com")).rejects.toThrow(
      `the password of me@example.com was sealed for another key than ${join(other, "collector.key")}`,
    );
  });

  test.each([
    ["cut short", "c2hvcnQ"],
    ["empty", ""],
    ["no key at all", "not a key, surely!"],
  ])("is refused in a line when the key file is %s", async (_, text) => {
    const folder = tempFolder();
    const db = openForWriting(join(folder, "rollcall.db"));
    const sealed = await sealPassword(db, folder, "secret");
    db.close();
    writeFileSync(join(folder, "collector.key"), text);
    await expect(openPassword(folder, sealed, "me@example.com")).rejects.toThrow(
      new SealBroken(
        `${join(folder, "collector.key")} holds no key: put the right one back from a copy, or move it away and give every password again`,
      ),
    );
  });

  test("that has been tampered with does not open", async () => {
    const folder = tempFolder();
    const db = openForWriting(join(folder, "rollcall.db"));
    const sealed = await sealPassword(db, folder, "secret");
    db.close();
    sealed[sealed.length - 1] = (sealed[sealed.length - 1] as number) ^ 1;
    await expect(openPassword(folder, sealed, "me@example.com")).rejects.toBeInstanceOf(SealBroken);
    await expect(openPassword(folder, new Uint8Array(3), "me@example.com")).rejects.toBeInstanceOf(SealBroken);
  });
});
