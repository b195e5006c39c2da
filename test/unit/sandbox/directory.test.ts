import { expect, test } from "vitest";
import { type Account, allows, Directory } from "../../../collector/sandbox/directory.ts";
import { PEOPLE, sandboxAccounts, WATCHER } from "../../../collector/sandbox/people.ts";

const directory = () => {
  const extra = [{ address: "Me@Sandbox.Example", password: "x" }];
  return new Directory(sandboxAccounts(PEOPLE, extra, Date.UTC(2026, 9, 1)));
};

function account(from: Directory, address: string): Account {
  return from.account(address) ?? expect.unreachable(`no account ${address}`);
}

test("the watcher has everybody on the forward list, in groups, and everybody is shown to the watcher", () => {
  const all = directory();
  const watcher = account(all, WATCHER.address);
  expect([...watcher.groups.values()]).toEqual(["Other Contacts", "Work", "Friends", "Family"]);
  for (const { address, groups } of PEOPLE) {
    const names = [...(watcher.forward.get(address) ?? [])].map((id) => watcher.groups.get(id));
    expect(names.sort()).toEqual([...groups].sort());
    expect(allows(account(all, address), watcher.address)).toBe(true);
  }
});

test("extra accounts are mutual contacts of everyone, whatever their spelling", () => {
  const all = directory();
  const me = account(all, "me@sandbox.example");
  expect(me.forward.size).toBe(PEOPLE.length + 1);
  expect(me.allow.size).toBe(PEOPLE.length + 1);
  for (const other of [WATCHER.address, ...PEOPLE.map(({ address }) => address)]) {
    expect(account(all, other).forward.has(me.address)).toBe(true);
    expect(account(all, other).allow.has(me.address)).toBe(true);
  }
});

test("the reverse list follows other people's forward lists", () => {
  const all = directory();
  const [lena] = PEOPLE;
  const watcher = account(all, WATCHER.address);
  if (!lena) return expect.unreachable();
  expect(all.watchersOf(lena.address)).toContain(watcher.address);
  all.unwatch(watcher, lena.address);
  expect(all.watchersOf(lena.address)).not.toContain(watcher.address);
});

test("the block list wins over the allow list, and strangers see nobody when BLP says so", () => {
  const all = directory();
  const me = account(all, "me@sandbox.example");
  expect(allows(me, "stranger@example.com")).toBe(true);
  me.strangers = "BL";
  expect(allows(me, "stranger@example.com")).toBe(false);
  expect(allows(me, WATCHER.address)).toBe(true);
  me.block.add(WATCHER.address);
  expect(allows(me, WATCHER.address)).toBe(false);
});
