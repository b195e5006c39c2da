import { expect, test } from "vitest";
import { Roster } from "../../../collector/network/messenger/roster.ts";

/** A roster that has heard these lines, as a server of MSNP2 to MSNP7 says them. */
function rosterAfter(...said: string[]): Roster {
  const roster = new Roster();
  for (const line of said) {
    const [verb, ...params] = line.split(" ");
    if (verb === "LSG") roster.readGroup(params);
    else if (verb === "LST") roster.readRow(params);
    else throw new Error(`not a line of SYN: ${line}`);
  }
  return roster;
}

test("the forward list is the roster; the other lists are not", () => {
  const roster = rosterAfter(
    "LST 8 FL 255 1 2 Bob@X.com Bob%20B.",
    "LST 8 FL 255 2 2 al@x.com Al",
    "LST 8 AL 255 1 1 carl@x.com Carl",
    "LST 8 BL 255 0 0",
    "LST 8 RL 255 1 1 dora@x.com Dora",
  );
  expect(roster.contacts()).toEqual([
    { address: "bob@x.com", displayAddress: "Bob@X.com", name: "Bob B.", groups: [] },
    { address: "al@x.com", displayAddress: "al@x.com", name: "Al", groups: [] },
  ]);
});

test("MSNP7's groups come by name, and a group that nobody announced is left out", () => {
  const roster = rosterAfter(
    "LSG 8 255 1 2 0 Other%20Contacts 0",
    "LSG 8 255 2 2 3 Work 0",
    "LST 8 FL 255 1 1 bob@x.com Bob 0,3,7",
  );
  expect(roster.contacts()[0]?.groups).toEqual(["Other Contacts", "Work"]);
});

test.each([
  ["the last row of the reverse list", "LST 8 RL 255 2 2 dora@x.com Dora"],
  ["the mark of an empty reverse list", "LST 8 RL 255 0 0"],
])("the lists are complete with %s, and not before", (_, last) => {
  const before = ["LST 8 FL 255 1 1 bob@x.com Bob", "LST 8 AL 255 1 1 bob@x.com Bob", "LST 8 RL 255 1 2 bob@x.com Bob"];
  expect(rosterAfter(...before).isComplete).toBe(false);
  expect(rosterAfter(...before, last).isComplete).toBe(true);
});

test("somebody added is news, and so is another group, but not the same again", () => {
  const roster = rosterAfter("LSG 8 255 1 2 3 Work 0", "LSG 8 255 2 2 4 Chess 0");
  expect(roster.readAdd(["30", "FL", "259", "Zoe@x.com", "Zoe%20%F0%9F%8E%88", "3"])).toEqual([
    { address: "zoe@x.com", displayAddress: "Zoe@x.com", name: "Zoe 🎈", groups: ["Work"] },
  ]);
  expect(roster.readAdd(["31", "FL", "260", "zoe@x.com", "Zoe", "4"])).toMatchObject([{ groups: ["Work", "Chess"] }]);
  expect(roster.readAdd(["32", "FL", "261", "zoe@x.com", "Zoe", "4"])).toEqual([]);
  expect(roster.readAdd(["0", "RL", "262", "yan@x.com", "Yan"])).toEqual([]);
  expect(roster.contacts()).toHaveLength(1);
});

test("leaving one of several groups is not leaving the roster; leaving the last one is", () => {
  const roster = rosterAfter("LSG 8 255 1 2 0 Other 0", "LSG 8 255 2 2 3 Work 0", "LST 8 FL 255 1 1 bob@x.com Bob 0,3");
  expect(roster.readRemove(["31", "FL", "260", "bob@x.com", "3"])).toMatchObject({
    regrouped: [{ groups: ["Other"] }],
  });
  expect(roster.contacts()).toHaveLength(1);
  expect(roster.readRemove(["32", "FL", "261", "Bob@x.com", "0"])).toEqual({ removed: "bob@x.com", regrouped: [] });
  expect(roster.contacts()).toEqual([]);
});

test("whoever left the last group and is still spoken about has stayed, as on Escargot", () => {
  const roster = rosterAfter("LSG 8 255 1 1 1 Friends 0", "LST 8 FL 255 1 1 bob@x.com Bob 1");
  roster.readRemove(["31", "FL", "260", "bob@x.com", "1"]);
  expect(roster.readSignOfLife("Bob@x.com")).toMatchObject([{ address: "bob@x.com", groups: [] }]);
  expect(roster.readSignOfLife("bob@x.com")).toEqual([]);
  expect(roster.contacts()).toHaveLength(1);
});

test("whoever was removed outright and is spoken about stays removed", () => {
  const roster = rosterAfter("LST 8 FL 255 1 1 bob@x.com Bob");
  roster.readRemove(["31", "FL", "260", "bob@x.com"]);
  expect(roster.readSignOfLife("bob@x.com")).toEqual([]);
});

test("groups that are added, renamed and removed in mid-session reach their people", () => {
  const roster = rosterAfter(
    "LSG 8 255 1 1 0 Other 0",
    "LST 8 FL 255 1 2 bob@x.com Bob 0",
    "LST 8 FL 255 2 2 al@x.com Al",
  );
  roster.readGroupAdded(["40", "256", "Work", "5", "0"]);
  expect(roster.readAdd(["41", "FL", "257", "bob@x.com", "Bob", "5"])).toMatchObject([{ groups: ["Other", "Work"] }]);
  roster.readGroupRenamed(["42", "258", "5", "Jobs", "0"]);
  roster.readGroupRenamed(["42", "258", "0", "Other", "0"]);
  expect(roster.takeRegrouped()).toMatchObject([{ address: "bob@x.com", groups: ["Other", "Jobs"] }]);
  expect(roster.takeRegrouped()).toEqual([]);
  roster.readGroupRemoved(["43", "259", "5"]);
  expect(roster.takeRegrouped()).toMatchObject([{ address: "bob@x.com", groups: ["Other"] }]);
  // The group that is gone no longer keeps anybody on the roster.
  expect(roster.readRemove(["44", "FL", "260", "bob@x.com", "0"])).toEqual({ removed: "bob@x.com", regrouped: [] });
});

test("a removal without a group, from another list, or of a stranger", () => {
  const roster = rosterAfter("LST 8 FL 255 1 1 bob@x.com Bob");
  expect(roster.readRemove(["31", "AL", "260", "bob@x.com"])).toEqual({ regrouped: [] });
  expect(roster.readRemove(["32", "FL", "261", "zoe@x.com"])).toEqual({ regrouped: [] });
  expect(roster.readRemove(["33", "FL", "262", "bob@x.com"])).toEqual({ removed: "bob@x.com", regrouped: [] });
});

test("somebody removed and added again is news again, without the old groups", () => {
  const roster = rosterAfter("LSG 8 255 1 1 3 Work 0", "LST 8 FL 255 1 1 bob@x.com Bob 3");
  roster.readRemove(["31", "FL", "260", "bob@x.com", "3"]);
  expect(roster.readAdd(["32", "FL", "261", "bob@x.com", "Bob"])).toMatchObject([{ address: "bob@x.com", groups: [] }]);
});

test("lines cut short are not mistaken for people", () => {
  const roster = rosterAfter("LST 8 FL 255 1 1", "LST 8 FL", "LSG 8 255");
  expect(roster.readAdd(["30", "FL"])).toEqual([]);
  expect(roster.readRemove([])).toEqual({ regrouped: [] });
  roster.readGroupRenamed(["42"]);
  roster.readGroupRemoved([]);
  expect(roster.takeRegrouped()).toEqual([]);
  expect(roster.contacts()).toEqual([]);
  expect(roster.isComplete).toBe(false);
});
