import { expect, test } from "vitest";
import { readAddressState, writeAddressState } from "../../../dashboard/data/address-state.ts";

test("what an address does not say is the usual", () => {
  expect(readAddressState({})).toEqual({ tz: null, range: null, heat: "8w" });
  expect(writeAddressState({ tz: null, heat: "8w" })).toBe("");
});

test("what was written is read again", () => {
  const search = writeAddressState({ tz: "America/Argentina/La_Rioja", heat: "14d" });
  expect(search).toBe("?tz=America/Argentina/La_Rioja&heat=14d");
  const words = Object.fromEntries(new URLSearchParams(search));
  expect(readAddressState(words)).toEqual({ tz: "America/Argentina/La_Rioja", range: null, heat: "14d" });
});

test.each(["13d", "", "constructor"])("the range '%s' does not exist and gives way to the usual one", (heat) => {
  expect(readAddressState({ heat }).heat).toBe("8w");
});

test("of a word given twice the first counts", () => {
  expect(readAddressState({ tz: ["UTC", "Asia/Tokyo"], heat: ["all", "14d"] })).toEqual({
    tz: "UTC",
    range: null,
    heat: "all",
  });
});

test("what a zone's name must not do in an address is written out", () => {
  expect(writeAddressState({ tz: "Mars&heat=all#x" })).toBe("?tz=Mars%26heat%3Dall%23x");
});

test("the two fields of a form are a range, and an address keeps it in one word", () => {
  const { range } = readAddressState({ from: "2026-10-01", last: "2026-10-07" });
  expect(range).toBe("2026-10-01..2026-10-07");
  expect(writeAddressState({ tz: null, range })).toBe("?range=2026-10-01..2026-10-07");
  expect(readAddressState({ from: "2026-10-01" }).range).toBeNull();
});
