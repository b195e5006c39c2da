import { expect, test } from "vitest";
import { ContactList } from "../../../../collector/network/messenger/lists/contact-list.ts";
import { LIST_BITS } from "../../../../collector/network/messenger/lists/list-bits.ts";

const { forward, allow, reverse } = LIST_BITS;
const BOB = { address: "Bob@X.com", name: "Bob B." };

function listOf(...people: [address: string, bits: number, ...groups: string[]][]): ContactList {
  const list = new ContactList();
  for (const [address, bits, ...groups] of people) list.put({ address, name: address.split("@")[0] }, bits, groups);
  return list;
}

test("people are told apart by address and network, and shown as the network spells them", () => {
  const list = new ContactList();
  list.put(BOB, forward);
  list.put({ address: "bob@x.com", network: 32, name: "Yahoo's Bob" }, allow);
  expect(list.contacts()).toEqual([
    { address: "bob@x.com", displayAddress: "Bob@X.com", network: 1, name: "Bob B.", lists: ["forward"], groups: [] },
    {
      address: "bob@x.com",
      displayAddress: "bob@x.com",
      network: 32,
      name: "Yahoo's Bob",
      lists: ["allow"],
      groups: [],
    },
  ]);
  expect(list.find("BOB@x.com", 32)?.lists).toEqual(["allow"]);
  expect(list.find("bob@x.com", 4)).toBeUndefined();
});

test("rows about the same person add up", () => {
  const list = listOf(["bob@x.com", forward, "0"], ["Bob@x.com", allow], ["bob@x.com", reverse]);
  expect(list.contacts()).toMatchObject([{ displayAddress: "bob@x.com", lists: ["forward", "allow", "reverse"] }]);
});

test("whoever is on no list is nobody's contact", () => {
  const list = listOf(["bob@x.com", 0]);
  expect(list.contacts()).toEqual([]);
  expect(list.find("bob@x.com")).toBeUndefined();
  expect(list.join({ address: "bob@x.com" }, "reverse")).toMatchObject([
    { wasOn: [], contact: { lists: ["reverse"] } },
  ]);
});

test("joining and leaving a list is told with the lists before, and only when it changes something", () => {
  const list = listOf(["bob@x.com", forward | allow]);
  expect(list.join(BOB, "reverse")).toMatchObject([
    { wasOn: ["forward", "allow"], contact: { lists: ["forward", "allow", "reverse"] } },
  ]);
  expect(list.join(BOB, "reverse")).toEqual([]);
  expect(list.leave(BOB, "forward")).toMatchObject([
    { wasOn: ["forward", "allow", "reverse"], contact: { lists: ["allow", "reverse"] } },
  ]);
  expect(list.leave(BOB, "forward")).toEqual([]);
  expect(list.leave({ address: "zoe@x.com" }, "forward")).toEqual([]);
});

test("the forward list's name is kept over the names that other lists have", () => {
  const list = new ContactList();
  list.put({ address: "bob@x.com", name: "old" }, allow);
  list.put({ address: "bob@x.com", name: "Bob" }, forward);
  list.put({ address: "bob@x.com", name: "older" }, reverse);
  expect(list.contacts()[0]?.name).toBe("Bob");
});

test("leaving one of several groups is not leaving the list; leaving the last one is, before MSNP10", () => {
  const list = listOf(["bob@x.com", forward | allow, "0", "3"], ["al@x.com", forward, "a"]);
  list.putGroup("0", "Other");
  list.putGroup("3", "Work");
  expect(list.leaveGroup(BOB, "3", true)).toMatchObject([{ contact: { groups: [] } }]);
  expect(list.leaveGroup(BOB, "3", true)).toEqual([]);
  expect(list.leaveGroup(BOB, "0", true)).toMatchObject([
    { wasOn: ["forward", "allow"], contact: { lists: ["allow"], groups: [] } },
  ]);
  expect(list.leaveGroup({ address: "al@x.com" }, "a", false)).toMatchObject([{ contact: { lists: ["forward"] } }]);
});

test("whoever left the last group and is still spoken about has stayed, as on Escargot", () => {
  const list = listOf(["bob@x.com", forward, "1"]);
  list.leaveGroup(BOB, "1", true);
  expect(list.contacts()).toEqual([]);
  expect(list.hearOf("BOB@x.com")).toMatchObject([{ wasOn: [], contact: { lists: ["forward"], groups: [] } }]);
  expect(list.hearOf("bob@x.com")).toEqual([]);
  expect(list.contacts()).toHaveLength(1);
});

test("whoever was removed outright and is spoken about stays removed", () => {
  const list = listOf(["bob@x.com", forward], ["al@x.com", forward, "1"]);
  list.leave(BOB, "forward");
  expect(list.hearOf("bob@x.com")).toEqual([]);
  list.leaveGroup({ address: "al@x.com" }, "1", true);
  list.leave({ address: "al@x.com" }, "forward");
  expect(list.hearOf("al@x.com")).toEqual([]);
});

test("somebody removed and added again comes back without the old groups", () => {
  const list = listOf(["bob@x.com", forward, "3"]);
  list.putGroup("3", "Work");
  list.leaveGroup(BOB, "3", true);
  expect(list.join(BOB, "forward")).toMatchObject([{ contact: { groups: [] } }]);
  list.join(BOB, "forward", "3");
  list.leave(BOB, "forward");
  expect(list.join(BOB, "forward")).toMatchObject([{ contact: { groups: [] } }]);
});

test("groups that are renamed or removed reach their people, each once", () => {
  const list = listOf(["bob@x.com", forward, "0", "5"], ["al@x.com", forward]);
  list.putGroup("0", "Other");
  list.putGroup("5", "Work");
  list.renameGroup("5", "Jobs");
  list.renameGroup("0", "Other");
  expect(list.takeRegrouped()).toMatchObject([{ wasOn: ["forward"], contact: { groups: ["Jobs"] } }]);
  expect(list.takeRegrouped()).toEqual([]);
  list.removeGroup("5");
  list.removeGroup("7");
  expect(list.takeRegrouped()).toMatchObject([{ contact: { address: "bob@x.com", groups: [] } }]);
  // The group that is gone no longer keeps anybody on the list.
  expect(list.leaveGroup(BOB, "0", true)).toMatchObject([{ contact: { lists: [] } }]);
});

test("people are found by the id that the server has for them, in any case", () => {
  const list = new ContactList();
  list.put({ ...BOB, contactId: "6BD736B8-DC18-44C6-AD61-8CD12D641E79" }, forward);
  expect(list.addressOf("6bd736b8-dc18-44c6-ad61-8cd12d641e79")).toBe("Bob@X.com");
  expect(list.contactIdOf("bob@x.com")).toBe("6bd736b8-dc18-44c6-ad61-8cd12d641e79");
  list.leave(BOB, "forward");
  expect(list.addressOf("6bd736b8-dc18-44c6-ad61-8cd12d641e79")).toBeUndefined();
});

test("people in the same groups share one list of them, and a group's new name or end reaches what was asked before", () => {
  const list = listOf(["bob@x.com", forward, "1", "2"], ["al@x.com", forward, "1", "2"], ["zoe@x.com", forward, "2"]);
  list.putGroup("1", "Friends");
  list.putGroup("2", "Work");
  const [bob, al, zoe] = list.contacts();
  expect(bob?.groups).toEqual(["Friends", "Work"]);
  expect(al?.groups).toBe(bob?.groups);
  expect(zoe?.groups).toEqual(["Work"]);
  list.renameGroup("2", "Job");
  expect(list.contacts().map(({ groups }) => groups)).toEqual([["Friends", "Job"], ["Friends", "Job"], ["Job"]]);
  list.leaveGroup({ address: "bob@x.com" }, "1", false);
  list.removeGroup("2");
  expect(list.contacts().map(({ groups }) => groups)).toEqual([[], ["Friends"], []]);
});

test("whom the server does not know stays off the lists, whatever the address book says later", () => {
  const list = listOf(["bob@x.com", forward, "1"], ["al@x.com", forward]);
  expect(list.exclude({ address: "BOB@x.com" })).toMatchObject([{ contact: { lists: [] }, wasOn: ["forward"] }]);
  expect(list.exclude({ address: "nobody@x.com" })).toEqual([]);
  const newer = listOf(["bob@x.com", forward], ["al@x.com", forward], ["nobody@x.com", forward]);
  expect(list.replaceWith(newer)).toEqual([]);
  expect(list.contacts().map(({ address }) => address)).toEqual(["al@x.com"]);
});
