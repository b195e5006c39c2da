import { expect, test } from "vitest";
import { readAddressState, writeAddressState } from "../../../dashboard/data/address-state.ts";

const NOTHING = { tz: null, range: null, day: null, hour: null, after: null, compare: null };

test("what an address does not say is the usual", () => {
  expect(readAddressState({})).toEqual(NOTHING);
  expect(writeAddressState({ tz: null, range: null })).toBe("");
});

test("what was written is read again", () => {
  const state = {
    tz: "America/Argentina/La_Rioja",
    range: "12w",
    day: null,
    hour: "45",
    after: "17.3",
    compare: "before",
  };
  const search = writeAddressState(state);
  expect(search).toBe("?tz=America/Argentina/La_Rioja&range=12w&compare=before&hour=45&after=17.3");
  expect(readAddressState(Object.fromEntries(new URLSearchParams(search)))).toEqual(state);
});

test("of a word given twice the first counts", () => {
  expect(readAddressState({ tz: ["UTC", "Asia/Tokyo"], range: ["all", "7d"] })).toEqual({
    ...NOTHING,
    tz: "UTC",
    range: "all",
  });
});

test("what a zone's name must not do in an address is written out", () => {
  expect(writeAddressState({ tz: "Mars&range=all#x" })).toBe("?tz=Mars%26range%3Dall%23x");
});

test("the two fields of a form are a range, and an address keeps it in one word", () => {
  const { range } = readAddressState({ from: "2026-10-01", last: "2026-10-07" });
  expect(range).toBe("2026-10-01..2026-10-07");
  expect(writeAddressState({ tz: null, range })).toBe("?range=2026-10-01..2026-10-07");
  expect(readAddressState({ from: "2026-10-01" }).range).toBeNull();
});
