import { expect, test } from "vitest";
import { readAddress } from "../../../../collector/network/messenger/presence/address.ts";

const NONE = { network: undefined, circle: undefined, place: undefined };

test.each([
  ["bob@example.com", { address: "bob@example.com" }],
  ["Bob+x@Example.COM", { address: "bob+x@example.com" }],
  ["1:bob@example.com", { address: "bob@example.com", network: 1 }],
  ["4:tel:+1555010", { address: "tel:+1555010", network: 4 }],
  ["tel:+1555010", { address: "tel:+1555010" }],
  [
    "bob@example.com;{2222AAAA-2222-2222-2222-222222222222}",
    { address: "bob@example.com", place: "{2222aaaa-2222-2222-2222-222222222222}" },
  ],
  [
    "1:bob@example.com;via=9:00000000-0000-0000-0009-AABBCCDDEEFF@live.com",
    { address: "bob@example.com", network: 1, circle: "00000000-0000-0000-0009-aabbccddeeff@live.com" },
  ],
  ["b\u00c3\u0089@example.com", { address: "bé@example.com" }],
  ["bob%40example.com", { address: "bob@example.com" }],
  ["1:", { address: "1:" }],
  [":", { address: ":" }],
  ["", { address: "" }],
])("%s", (token, expected) => {
  expect(readAddress(token)).toEqual({ ...NONE, ...expected });
});
