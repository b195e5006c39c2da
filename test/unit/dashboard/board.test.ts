import { describe, expect, test } from "vitest";
import {
  type BoardFacts,
  everyone,
  headCount,
  shapeBoard,
  shapeStrip,
  stripAt,
} from "../../../dashboard/data/board.ts";
import type { Span } from "../../../db/answers/spans.ts";
import type { Reading } from "../../../db/status.ts";

const NOW_MS = 1_800_000_000_000;

function facts(people: { id: number; groups?: string[]; status: Reading; removed?: boolean }[]): BoardFacts {
  return {
    nowMs: NOW_MS,
    isSandbox: false,
    collector: { pid: 1, startedMs: 0, heartbeatMs: NOW_MS - 5_000, alive: true },
    today: { fromMs: NOW_MS - 1000, toMs: NOW_MS + 1000, marks: [] },
    accounts: [
      {
        id: 1,
        network: "messenger",
        address: "me@example.com",
        host: "messenger.example.com",
        port: 1863,
        state: "watching",
        stateDetail: "",
        stateSinceMs: 0,
        stateUntilMs: null,
        covered: { sinceMs: 10, provedMs: NOW_MS - 4_000 },
      },
    ],
    contacts: people.map(({ id, groups = [], removed }) => ({
      id,
      accountId: 1,
      address: `p${id}@example.com`,
      name: `P${id}`,
      groups,
      firstSeenMs: 0,
      removedMs: removed ? 5 : null,
    })),
    states: people.map(({ id, status }) => ({
      contactId: id,
      status,
      raw: "XYZ",
      sinceMs: status === "unknown" ? null : 7,
      startCensored: false,
      confirmedMs: null,
    })),
  };
}

const span = (fromMs: number, toMs: number, status: Reading): Span => ({
  fromMs,
  toMs,
  status,
  raw: null,
  startCensored: false,
  endCensored: false,
});

describe("the board", () => {
  test("people stand in each of their groups, and those in none come last", () => {
    const board = shapeBoard(
      facts([
        { id: 1, groups: [], status: "offline" },
        { id: 2, groups: ["Work", "Friends"], status: "available" },
      ]),
    );
    const shown = board.accounts[0]?.groups.map(({ name, people }) => [name, people.map(({ id }) => id)]);
    expect(shown).toEqual([
      ["Friends", [2]],
      ["Work", [2]],
      ["Other contacts", [1]],
    ]);
  });

  test("whoever is in two groups is two rows, but one person in every count", () => {
    const board = shapeBoard(
      facts([
        { id: 1, groups: ["Work", "Friends"], status: "busy" },
        { id: 2, groups: ["Work", "Friends"], status: "offline" },
        { id: 3, groups: ["Family", "Friends"], status: "unknown" },
      ]),
    );
    expect(board.accounts[0]?.groups.flatMap(({ people }) => people)).toHaveLength(6);
    expect(headCount(board)).toEqual({ around: 1, offline: 1, unknown: 1, all: 3 });
    expect(everyone(board).map(({ id }) => id)).toHaveLength(3);
  });

  test("without any groups there is one list", () => {
    const board = shapeBoard(facts([{ id: 1, status: "offline" }]));
    expect(board.accounts[0]?.groups.map(({ name }) => name)).toEqual(["Contacts"]);
  });

  test("who is around comes first; a change between statuses moves nobody", () => {
    const people: { id: number; status: Reading }[] = [
      { id: 1, status: "offline" },
      { id: 2, status: "busy" },
      { id: 3, status: "unknown" },
      { id: 4, status: "available" },
    ];
    const order = () => shapeBoard(facts(people)).accounts[0]?.groups[0]?.people.map(({ id }) => id);
    expect(order()).toEqual([2, 4, 1, 3]);
    people[1] = { id: 2, status: "away" };
    expect(order()).toEqual([2, 4, 1, 3]);
  });

  test("a contact who left the list is kept apart and not counted", () => {
    const board = shapeBoard(facts([{ id: 1, status: "unknown", removed: true }]));
    expect(board.accounts[0]?.gone.map(({ id }) => id)).toEqual([1]);
    expect(headCount(board).all).toBe(0);
  });

  test("the network's own word is told only where ours is 'other'", () => {
    const board = shapeBoard(facts([{ id: 1, status: "other" }]));
    expect(board.accounts[0]?.groups[0]?.people[0]?.raw).toBe("XYZ");
    const known = shapeBoard(facts([{ id: 1, status: "busy" }]));
    expect(known.accounts[0]?.groups[0]?.people[0]?.raw).toBeNull();
  });
});

describe("today's strip", () => {
  test("neighbours of one status become one part", () => {
    const strip = shapeStrip([span(0, 10, "away"), span(10, 20, "away"), span(20, 30, "busy")], "busy");
    expect(strip.parts).toEqual([
      { fromMs: 0, toMs: 20, status: "away" },
      { fromMs: 20, toMs: 30, status: "busy" },
    ]);
    expect(strip.isOpen).toBe(true);
  });

  test("its open end follows the last proof of life and not the clock", () => {
    const strip = shapeStrip([span(0, 30, "busy")], "busy");
    expect(stripAt(strip, 40, 100, 1000).at(-1)?.toMs).toBe(40);
    expect(stripAt(strip, null, 100, 1000).at(-1)?.toMs).toBe(30);
  });

  test("time unknown goes on with the clock, but not past midnight", () => {
    const strip = shapeStrip([span(0, 30, "unknown")], "unknown");
    expect(stripAt(strip, null, 100, 1000).at(-1)?.toMs).toBe(100);
    expect(stripAt(strip, null, 5000, 1000).at(-1)?.toMs).toBe(1000);
  });

  test("a part that is over does not grow", () => {
    const strip = shapeStrip([span(0, 30, "busy")], "unknown");
    expect(stripAt(strip, 90, 100, 1000).at(-1)?.toMs).toBe(30);
  });
});
