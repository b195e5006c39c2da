import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Board, type BoardFacts, firstRows, headCount, shapeBoard } from "../../../dashboard/data/board.ts";
import { changesBetween, changesOf, withChanges, withOnly } from "../../../dashboard/data/board-changes.ts";
import { STATUSES } from "../../../db/status.ts";

const NOW_MS = 1_800_000_000_000;
const ACCOUNTS = [1, 2];
const GROUPS = ["Friends", "Work"];

/** A status for each of twenty people, and when each account was last confirmed. */
const moment = fc.record({
  statuses: fc.array(fc.constantFrom(...STATUSES, "unknown" as const), { minLength: 20, maxLength: 20 }),
  provedMs: fc.tuple(fc.integer({ min: 0, max: 9 }), fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined })),
  heardMs: fc.integer({ min: 0, max: 3 }),
});
type Moment = typeof moment extends fc.Arbitrary<infer T> ? T : never;

function boardAt({ statuses, provedMs, heardMs }: Moment, nowMs: number): Board {
  const facts: BoardFacts = {
    nowMs,
    isSandbox: false,
    collector: { pid: 1, startedMs: 0, heartbeatMs: heardMs, alive: true },
    today: { fromMs: 0, toMs: NOW_MS + 1000, marks: [] },
    accounts: ACCOUNTS.map((id, i) => ({
      id,
      network: "messenger",
      address: `me${id}@example.com`,
      host: "messenger.example.com",
      port: 1863,
      state: "watching",
      stateDetail: "",
      stateSinceMs: 0,
      stateUntilMs: null,
      covered: provedMs[i] === undefined ? null : { sinceMs: 1, provedMs: provedMs[i] },
    })),
    contacts: statuses.map((_, i) => ({
      id: 100 + i,
      accountId: ACCOUNTS[i % 2] as number,
      address: `p${i}@example.com`,
      name: `P${i}`,
      groups: GROUPS.slice(0, i % 3),
      firstSeenMs: 0,
      removedMs: i % 7 === 6 ? 5 : null,
    })),
    states: statuses.map((status, i) => ({
      contactId: 100 + i,
      status,
      raw: "XYZ",
      sinceMs: status === "unknown" ? null : 7,
      startCensored: false,
      confirmedMs: null,
    })),
  };
  return shapeBoard(facts);
}

describe("what has changed", () => {
  test("makes the one board of the other, whoever came or went", () => {
    fc.assert(
      fc.property(moment, moment, (before, after) => {
        const [one, other] = [boardAt(before, NOW_MS), boardAt(after, NOW_MS + 1)];
        const changes = changesBetween(one, other);
        // As it travels.
        const told = changes && (JSON.parse(JSON.stringify(changes)) as typeof changes);
        expect({ ...(told ? withChanges(one, told) : one), nowMs: 0 }).toEqual({ ...other, nowMs: 0 });
      }),
      { seed: 42 },
    );
  });

  test("is nothing when nothing has, and else no more than that", () => {
    fc.assert(
      fc.property(moment, fc.nat(19), (before, i) => {
        expect(changesBetween(boardAt(before, NOW_MS), boardAt(before, NOW_MS + 1))).toBeUndefined();
        const statuses = before.statuses.with(i, before.statuses[i] === "busy" ? "away" : "busy");
        const changes = changesBetween(boardAt(before, NOW_MS), boardAt({ ...before, statuses }, NOW_MS + 1));
        expect(changes?.people.map(({ id }) => id)).toEqual([100 + i]);
        expect(changes?.accounts).toEqual([]);
      }),
      { seed: 42 },
    );
  });

  test("about one contact is what a view of them alone needs", () => {
    fc.assert(
      fc.property(moment, moment, fc.nat(19), (before, after, i) => {
        const [one, other] = [boardAt(before, NOW_MS), boardAt(after, NOW_MS + 1)];
        const changes = changesBetween(one, other);
        const own = changes && changesOf(changes, 100 + i);
        const seen = own ? withChanges(withOnly(one, 100 + i), own) : withOnly(one, 100 + i);
        expect(seen.accounts).toEqual(withOnly(other, 100 + i).accounts);
      }),
      { seed: 42 },
    );
  });

  test("leaves all that did not change the same object, which is not drawn again", () => {
    const before = boardAt(
      { statuses: Array.from({ length: 20 }, () => "busy"), provedMs: [1, 1], heardMs: 1 },
      NOW_MS,
    );
    // Who is in one group alone.
    const changed = before.accounts[1]?.groups[0]?.people.find(({ id }) => id === 101);
    if (!changed) throw new Error("there is somebody in it");
    const after = withChanges(before, {
      nowMs: NOW_MS,
      collector: null,
      accounts: [],
      people: [{ ...changed, status: "away" }],
    });
    const groups = (board: Board) => board.accounts.flatMap((account) => account.groups);
    const same = groups(after).filter((group, i) => group === groups(before)[i]);
    expect(same).toHaveLength(groups(after).length - 1);
  });
});

test("the first rows are the first rows, and no empty group", () => {
  fc.assert(
    fc.property(moment, fc.integer({ min: 1, max: 30 }), (one, most) => {
      const board = boardAt(one, NOW_MS);
      const rows = ({ accounts }: Board) =>
        accounts.flatMap(({ groups, gone }) =>
          [...groups.flatMap(({ people }) => people), ...gone].map(({ id }) => id),
        );
      const first = firstRows(board, most);
      expect(rows(first)).toEqual(rows(board).slice(0, most));
      expect(first.accounts.flatMap(({ groups }) => groups).every(({ people }) => people.length > 0)).toBe(true);
      expect(headCount(board).all).toBeGreaterThan(0);
    }),
    { seed: 42 },
  );
});
