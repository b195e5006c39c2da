import fc from "fast-check";
import { expect, test } from "vitest";
import {
  elementText,
  escapeXml,
  findElement,
  readAttributes,
  unescapeXml,
  xmlName,
} from "../../../collector/network/messenger/wire/xml.ts";

test("text without control characters survives escaping and reading", () => {
  const text = fc
    .string({ unit: "grapheme" })
    .map((one) => one.replace(/[^\t\n\r -\uD7FF\u{E000}-\uFFFD\u{10000}-\u{10FFFF}]/gu, ""));
  fc.assert(
    fc.property(text, (one) => {
      expect(unescapeXml(escapeXml(one))).toBe(one);
      expect(escapeXml(one)).toMatch(/^(?:[^<>&"']|&[a-z]+;)*$/);
    }),
    { seed: 12 },
  );
});

test("what no XML may hold is left out", () => {
  expect(escapeXml("a\0b\x0b\uFFFEc\uD800\x1b")).toBe("abc\uFFFD");
});

test("entities are read once, and those that mean nothing stay", () => {
  expect(unescapeXml("&lt;b&gt; &amp;amp; &quot;&apos;")).toBe(`<b> &amp; "'`);
  expect(unescapeXml("hi &#x26; &#x3C;bye&#x3E; &#233;&#x1F600;")).toBe("hi & <bye> é😀");
  const meaningless = "&; & &nbsp; &#; &#x; &#xD800; &#0; &#x110000; &#99999999; &lt &#xZZ; &AMP;";
  expect(unescapeXml(meaningless)).toBe(meaningless);
});

test("an element is found by its whole name", () => {
  const xml = `<Data><PSMs>no</PSMs><PSM>yes &amp; no</PSM><Empty/><Blank /><Tail>`;
  expect(elementText(xml, xmlName("PSM"))).toBe("yes & no");
  expect(elementText(xml, xmlName("Empty"))).toBe("");
  expect(elementText(xml, xmlName("Blank"))).toBe("");
  expect(elementText(xml, xmlName("Tail"))).toBeUndefined();
  expect(elementText(xml, xmlName("SM"))).toBeUndefined();
  expect(findElement("<PSM", xmlName("PSM"))).toBeUndefined();
});

test("attributes come in any order, with either quotes, and odd ones do no harm", () => {
  const attributes = readAttributes(`<a one="1" two = '2 &lt; "3"' three=3 four one="again" five="" six="`);
  expect([...attributes]).toEqual([
    ["one", "1"],
    ["two", `2 < "3"`],
    ["five", ""],
  ]);
});

test("a long run of anything is read in no more than a moment", () => {
  for (const run of ["a", "a=", 'a="', " ", "<", "<PSM", "&", "&#", "='", "a ="]) {
    const long = run.repeat(200_000 / run.length);
    readAttributes(long);
    unescapeXml(long);
    findElement(long, xmlName("PSM"));
  }
});
