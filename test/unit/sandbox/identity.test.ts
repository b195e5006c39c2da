import { expect, test } from "vitest";
import { accountGuid, groupGuid, memberIds, placeId } from "../../../collector/sandbox/identity.ts";

test("an account's GUID depends on nothing but its address, however it is spelled", () => {
  expect(accountGuid("Ada@Sandbox.Example")).toBe(accountGuid("ada@sandbox.example"));
  expect(accountGuid("ada@sandbox.example")).not.toBe(accountGuid("bo@sandbox.example"));
  expect(accountGuid("ada@sandbox.example")).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(groupGuid("ada@sandbox.example", 1)).not.toBe(groupGuid("ada@sandbox.example", 2));
});

test("the member ids are the GUID's two ends", () => {
  const guid = accountGuid("ada@sandbox.example");
  const { high, low } = memberIds("ada@sandbox.example");
  expect(guid.startsWith(high.toString(16).padStart(8, "0"))).toBe(true);
  expect(guid.endsWith(low.toString(16).padStart(8, "0"))).toBe(true);
});

test.each([
  ["{11111111-AAAA-1111-1111-111111111111}", "{11111111-aaaa-1111-1111-111111111111}"],
  ["1BE99E6D-1C6E-4BEA-8B3E-9C464006A774", "{1be99e6d-1c6e-4bea-8b3e-9c464006a774}"],
  ["no guid", undefined],
  [undefined, undefined],
])("a place is known in any spelling: %s", (spelled, id) => {
  expect(placeId(spelled)).toBe(id);
});
