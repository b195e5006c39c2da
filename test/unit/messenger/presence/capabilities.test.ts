import fc from "fast-check";
import { expect, test } from "vitest";
import { readCapabilities } from "../../../../collector/network/messenger/presence/capabilities.ts";

const NONE = { isMobile: false, isWeb: false, isBot: false, canJoinChunks: false };

test.each([
  ["0", NONE],
  ["1073741824", NONE],
  ["268435492", { ...NONE, canJoinChunks: true }],
  ["1073741825", { ...NONE, isMobile: true }],
  ["1024", { ...NONE, isMobile: true }],
  ["512", { ...NONE, isWeb: true }],
  ["131072", { ...NONE, isBot: true }],
  ["2789003324:48", { ...NONE, canJoinChunks: true }],
  ["2416181284:00", { ...NONE, canJoinChunks: true }],
  // -1505963972 is 2789003324 where a client prints it signed.
  ["-1505963972:48", { ...NONE, canJoinChunks: true }],
  ["4294967295", { isMobile: true, isWeb: true, isBot: true, canJoinChunks: true }],
])("%s", (raw, flags) => {
  expect(readCapabilities(raw)).toEqual({ raw, ...flags });
});

test("other words are no capabilities", () => {
  for (const word of ["", "Bob", "1:", ":1", "1:2:3", "0x20", "1.5", "+1", "12345678901", "%3Cmsnobj%2F%3E", " 1"]) {
    expect(readCapabilities(word), word).toBeUndefined();
  }
});

test("a number and the same number printed signed mean the same", () => {
  fc.assert(
    fc.property(fc.nat({ max: 0xffff_ffff }), (flags) => {
      const { raw: _, ...unsigned } = readCapabilities(String(flags)) ?? { raw: "" };
      const { raw: __, ...signed } = readCapabilities(String(flags | 0)) ?? { raw: "" };
      expect(signed).toEqual(unsigned);
    }),
    { seed: 32 },
  );
});
