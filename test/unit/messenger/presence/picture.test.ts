import fc from "fast-check";
import { expect, test } from "vitest";
import type { Picture } from "../../../../collector/network/messenger/events.ts";
import { isIntact, readPicture } from "../../../../collector/network/messenger/presence/picture.ts";
import { encodeText } from "../../../../collector/network/messenger/wire/text.ts";

const SHA1D = "trC8SlFx2sWQxZMIBAWSEnXc8oQ=";
// The example of protocol reference 3.3 and Appendix A.4.
const EXAMPLE = `<msnobj Creator="buddy1@hotmail.com" Size="24539" Type="3" Location="TFR2C.tmp" Friendly="AAA=" SHA1D="${SHA1D}" SHA1C="U32o6bosZzluJq82eAtMpx5dIEI="/>`;

function read(xml: string): Picture | null | undefined {
  return readPicture(encodeText(xml));
}

test("the published example is read, and its SHA1C is right", () => {
  const picture = read(EXAMPLE);
  expect(picture).toEqual({ sha1d: SHA1D, sizeBytes: 24539, raw: EXAMPLE });
  expect(isIntact(picture as Picture)).toBe(true);
});

test("a changed field shows in its SHA1C, a missing SHA1C does not matter", () => {
  expect(isIntact(read(EXAMPLE.replace("buddy1", "bob")) as Picture)).toBe(false);
  const without = read(EXAMPLE.replace(/ SHA1C="[^"]*"/, "")) as Picture;
  expect(without.sha1d).toBe(SHA1D);
  expect(isIntact(without)).toBeUndefined();
});

test("attributes come in any order, with either quotes, and others between them", () => {
  const xml = `<msnobj SHA1D='${SHA1D}' contenttype="D" Size='7' Creator='a@x.com'></msnobj>`;
  expect(read(xml)).toEqual({ sha1d: SHA1D, sizeBytes: 7, raw: xml });
});

test("a plus that became a space on the way is a plus again", () => {
  expect(read(`<msnobj SHA1D="a b cd="/>`)).toMatchObject({ sha1d: "a+b+cd=" });
});

test("a size that is none is unknown", () => {
  for (const size of ["-1", "x", "", "1e3"])
    expect(read(`<msnobj Size="${size}" SHA1D="a="/>`)?.sizeBytes).toBeUndefined();
});

test("zero, and an msnobj without an identity, say that there is no picture", () => {
  expect(readPicture("0")).toBeNull();
  for (const xml of ["<msnobj/>", "<msnobj />", `<msnobj Size="3"/>`, `<msnobj SHA1D=""/>`])
    expect(read(xml)).toBeNull();
});

test("what is no msnobj says nothing about pictures", () => {
  for (const token of ["", "1", "http://example.com/", "%3Cmsnobject%2F%3E", "%3C"]) {
    expect(readPicture(token), token).toBeUndefined();
  }
});

test("any token is read in no more than a moment", () => {
  for (const run of ["a", "a=", 'a="', "a = ", "'", "SHA1D="]) {
    readPicture(`%3Cmsnobj ${run.repeat(16_000 / run.length)}`);
  }
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      readPicture(text);
      read(`<msnobj ${text}`);
    }),
    { seed: 33, numRuns: 300 },
  );
});
