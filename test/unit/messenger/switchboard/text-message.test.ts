import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  encodeBody,
  formatHeader,
  readFormat,
  splitText,
  type TextFormat,
  textHeaders,
} from "../../../../collector/network/messenger/switchboard/text-message.ts";

const SEED = { seed: 20261122 };

describe("the format of a text", () => {
  it("is read as clients write it, with its color in the right order", () => {
    expect(readFormat("FN=Segoe%20UI; EF=BIUS; CO=ff8000; CS=0; PF=0; RL=1")).toEqual({
      font: "Segoe UI",
      bold: true,
      italic: true,
      underline: true,
      strikeout: true,
      color: "#0080ff",
      rightToLeft: true,
    });
    expect(readFormat("FN=MS%20Sans%20Serif; EF=; CO=0; PF=0; RL=0")).toMatchObject({
      font: "MS Sans Serif",
      bold: false,
      color: "#000000",
      rightToLeft: false,
    });
  });

  it.each([
    ["ff", "#ff0000"],
    ["ff00", "#00ff00"],
    ["80ff0000", "#0000ff"],
    ["nonsense", "#000000"],
    ["", "#000000"],
  ])("reads the color %s as %s", (hex, color) => {
    expect(readFormat(`FN=x; CO=${hex}`).color).toBe(color);
  });

  it("survives the wire, whatever the font is called", () => {
    const color = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, "0")}`);
    const format: fc.Arbitrary<TextFormat> = fc.record({
      font: fc.string({ unit: "grapheme" }).map((font) => font.trim()),
      bold: fc.boolean(),
      italic: fc.boolean(),
      underline: fc.boolean(),
      strikeout: fc.boolean(),
      color,
      rightToLeft: fc.boolean(),
    });
    fc.assert(
      fc.property(format, (given) => {
        const header = formatHeader(given);
        expect(header).toMatch(/^[\x20-\x7e]*$/);
        expect(readFormat(header)).toEqual(given);
      }),
      SEED,
    );
  });

  it("is understood in part when it is nonsense, and never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (header) => void readFormat(header)),
      SEED,
    );
    expect(readFormat("EF=B;;=;FN")).toMatchObject({ bold: true, font: "" });
  });
});

describe("a text on the wire", () => {
  it("shows another name than the sender's own only on one line", () => {
    expect(textHeaders({ asName: "Bob\r\nEvil: header" })).toMatchObject({ "P4-Context": "Bob Evil: header" });
  });

  it("ends its lines with CRLF, however they ended", () => {
    expect(encodeBody("a\nb\r\nc\rd").toString()).toBe("a\r\nb\r\nc\r\nd");
  });

  it("is cut into pieces that fit and that are together the same text, never inside a character", () => {
    const text = fc.string({ unit: fc.oneof(fc.constantFrom("👩‍👩‍👧", "é", "🎉", "a", " ", "\n"), fc.string()) });
    fc.assert(
      fc.property(text, fc.integer({ min: 40, max: 200 }), (given, maxBytes) => {
        const pieces = splitText(given, maxBytes);
        expect(pieces.join("")).toBe(given);
        for (const piece of pieces) {
          expect(encodeBody(piece).length).toBeLessThanOrEqual(maxBytes);
          expect(piece.isWellFormed() || !given.isWellFormed()).toBe(true);
          expect(piece).not.toBe("");
        }
      }),
      SEED,
    );
  });

  it("keeps what a reader sees as one character in one piece", () => {
    const family = "👩‍👩‍👧";
    for (const piece of splitText(family.repeat(20), 50)) expect(piece.replaceAll(family, "")).toBe("");
  });

  it("cuts a character that is larger than a piece, rather than not sending it", () => {
    const zalgo = `e${"\u0301".repeat(100)}`;
    expect(splitText(zalgo, 40).join("")).toBe(zalgo);
  });
});
