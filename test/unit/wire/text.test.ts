import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeText, encodeText, quoteText } from "../../../collector/network/messenger/wire/text.ts";

test("any text survives encoding and decoding", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(decodeText(encodeText(text))).toBe(text);
    }),
    { seed: 7 },
  );
});

test("an encoded token holds no space, CR, LF or raw percent sign and is pure ASCII", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(encodeText(text)).toMatch(/^(?:[!-$&-~]|%[0-9A-F]{2})*$/);
    }),
    { seed: 7 },
  );
});

test("raw UTF-8 mixed with escapes is read, as Escargot sends it", () => {
  const token = Buffer.from("Bob%20É%20renamed%2520x", "utf8").toString("latin1");
  expect(decodeText(token)).toBe("Bob É renamed%20x");
});

test("a lone percent sign and bytes that are not UTF-8 do not throw", () => {
  expect(decodeText("100%")).toBe("100%");
  expect(decodeText("%zz%4")).toBe("%zz%4");
  expect(decodeText("%ff%fe")).toBe("\uFFFD\uFFFD");
});

test("words of the far end are shown short, in quotes and without control characters", () => {
  expect(quoteText("HTTP/1.1 400")).toBe('"HTTP/1.1 400"');
  expect(quoteText("\x1b[2Jgone\r\n\x9b31m")).toBe('"\\x1b[2Jgone\\x0d\\x0a\\x9b31m"');
  expect(quoteText("x".repeat(61))).toBe(`"${"x".repeat(60)}…"`);
});
