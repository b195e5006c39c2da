import { describe, expect, test } from "vitest";
import { MassChanges, WINDOW_MS } from "../../../collector/recorder/mass-changes.ts";

/** So many go, or come, one each `everyMs`, and the last word about it. */
function crowd(changes: MassChanges, way: "gone" | "came", count: number, online: number, everyMs: number, fromMs = 0) {
  let left = online;
  let last: ReturnType<MassChanges["note"]>;
  for (let i = 0; i < count; i++) {
    left += way === "gone" ? -1 : 1;
    last = changes.note(way, `c${i}`, fromMs + i * everyMs, left);
  }
  return last;
}

describe("a mass change", () => {
  test("is when more than half of those who are online go within seconds", () => {
    expect(crowd(new MassChanges(), "gone", 10, 20, 100)).toBeUndefined();
    expect(crowd(new MassChanges(), "gone", 11, 20, 100)).toEqual({
      fromMs: 0,
      toMs: 1_000,
      way: "gone",
      contacts: 11,
      ofContacts: 20,
    });
  });

  test("is when more than half of those who are online then have just come", () => {
    expect(crowd(new MassChanges(), "came", 10, 10, 100)).toBeUndefined();
    expect(crowd(new MassChanges(), "came", 11, 10, 100)).toMatchObject({ way: "came", contacts: 11, ofContacts: 21 });
  });

  test("is not made by a few, nor by people who take their time", () => {
    expect(crowd(new MassChanges(), "gone", 4, 4, 100)).toBeUndefined();
    expect(crowd(new MassChanges(), "gone", 5, 5, 100)).toMatchObject({ contacts: 5, ofContacts: 5 });
    expect(crowd(new MassChanges(), "gone", 20, 20, WINDOW_MS / 4 + 1)).toBeUndefined();
  });

  test("is not made by one who comes and goes", () => {
    const changes = new MassChanges();
    for (let i = 0; i < 20; i++) {
      expect(changes.note("gone", "ann", i * 200, 3)).toBeUndefined();
      expect(changes.note("came", "ann", i * 200 + 100, 4)).toBeUndefined();
    }
  });

  test("is told from its first change on, goes on for as long as a window, and then is over", () => {
    const changes = new MassChanges();
    expect(crowd(changes, "gone", 6, 10, 1_000)).toMatchObject({ fromMs: 0, toMs: 5_000, contacts: 6 });
    expect(changes.note("gone", "x", WINDOW_MS, 3)).toMatchObject({ fromMs: 0, toMs: WINDOW_MS, contacts: 7 });
    expect(changes.note("gone", "y", WINDOW_MS + 1, 2)).toBeUndefined();
  });

  test("does not reach across a time that nobody vouches for", () => {
    const changes = new MassChanges();
    crowd(changes, "gone", 4, 10, 100);
    changes.forget();
    expect(crowd(changes, "gone", 4, 6, 100, 500)).toBeUndefined();
  });
});
