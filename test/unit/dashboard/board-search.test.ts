import { expect, test } from "vitest";
import type { AccountBoard, Person } from "../../../dashboard/data/board.ts";
import { matching, peopleIn } from "../../../dashboard/data/board-search.ts";

function person(id: number, name: string, status: Person["status"] = "offline"): Person {
  return { id, place: id, name, address: `p${id}@example.com`, status, raw: null, sinceMs: null, startCensored: false };
}

const ZOE = person(1, "Zoë Ångström", "busy");
const BEN = person(2, "Ben");
const ANN = person(3, "Ann", "available");
const GONE = person(4, "Zoe who left", "unknown");

const ACCOUNT: AccountBoard = {
  id: 1,
  address: "me@example.com",
  host: "messenger.example.com",
  port: 1863,
  network: "messenger",
  state: "watching",
  stateDetail: "",
  stateSinceMs: null,
  stateUntilMs: null,
  coveredSinceMs: 0,
  confirmedMs: 0,
  groups: [
    { name: "Work", people: [ZOE, BEN] },
    { name: "Friends", people: [ZOE, ANN] },
  ],
  gone: [GONE],
};

function found(find: string): string[] {
  const { groups, gone } = matching(ACCOUNT, find);
  return [
    ...groups.map(({ name, people }) => `${name}: ${people.map((one) => one.id).join()}`),
    ...gone.map((one) => `gone: ${one.id}`),
  ];
}

test("somebody is found by part of the name, whatever its capitals and accents, also who has left", () => {
  expect(found("zoe")).toEqual(["Work: 1", "Friends: 1", "gone: 4"]);
  expect(found("ANGSTROM")).toEqual(["Work: 1", "Friends: 1"]);
  expect(found("zoe\u0308")).toEqual(found("zoe"));
});

test("by address, by group and by status, and all words count", () => {
  expect(found("p2@")).toEqual(["Work: 2"]);
  expect(found("friends")).toEqual(["Friends: 1,3"]);
  expect(found(" work   busy ")).toEqual(["Work: 1"]);
  expect(found("nobody")).toEqual([]);
});

test("nothing to find is everybody, and each counts once", () => {
  expect(matching(ACCOUNT, "  ")).toBe(ACCOUNT);
  expect(peopleIn([ACCOUNT])).toBe(4);
  expect(peopleIn([matching(ACCOUNT, "zoe")])).toBe(2);
});
