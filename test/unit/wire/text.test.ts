import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeText, encodeText, ownText, quoteText } from "../../../collector/network/messenger/wire/text.ts";

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

test("escapes in either case, beside signs that are none, give their bytes", () => {
  expect(decodeText("%c3%89%C3%A9")).toBe("Éé");
  expect(decodeText("%%41%4%41%2%20x%u0041%")).toBe("%A%4A%2 x%u0041%");
});

test("any token is read byte by byte as its definition says", () => {
  const token = fc
    .array(fc.constantFrom("%", "4", "1", "c3", "%C3", "%89", "\xc3", "\x89", "z", "%2", "+"), { maxLength: 12 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(token, (word) => {
      const bytes = word.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
      expect(decodeText(word)).toBe(Buffer.from(bytes, "latin1").toString("utf8"));
    }),
    { seed: 7, numRuns: 2_000 },
  );
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

test("a copy is the same text, however long", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 0, max: 400 }), (text, times) => {
      const long = text.toWellFormed().repeat(times);
      expect(ownText(long)).toBe(long);
    }),
    { seed: 7 },
  );
});
