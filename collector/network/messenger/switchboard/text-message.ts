/** Chat text: what a person wrote, and how it should look (protocol reference 4.1 and 4.2). */
import { decodeText } from "../wire/text.ts";

/** `X-MMS-IM-Format`. Clients differ in how much of it they say. */
export interface TextFormat {
  /** A font's name; empty when not said. */
  font: string;
  bold: boolean;
  italic: boolean;
  underline: boolean;
  strikeout: boolean;
  /** `#rrggbb`; anything else is black. */
  color: string;
  rightToLeft: boolean;
}

export interface TextOptions {
  format?: Partial<TextFormat> | undefined;
  /** The name to show instead of the sender's own (`P4-Context`). */
  asName?: string | undefined;
}

const PLAIN: TextFormat = {
  font: "",
  bold: false,
  italic: false,
  underline: false,
  strikeout: false,
  color: "#000000",
  rightToLeft: false,
};

/** Never throws: what cannot be read is as it would be without it. */
export function readFormat(header: string): TextFormat {
  const fields = new Map<string, string>();
  for (const part of header.split(";")) {
    const [, key, value = ""] = /^\s*([A-Za-z]+)\s*=(.*)$/s.exec(part) ?? [];
    if (key !== undefined) fields.set(key.toUpperCase(), value.trim());
  }
  const effects = (fields.get("EF") ?? "").toUpperCase();
  return {
    font: decodeFont(fields.get("FN") ?? ""),
    bold: effects.includes("B"),
    italic: effects.includes("I"),
    underline: effects.includes("U"),
    strikeout: effects.includes("S"),
    color: readColor(fields.get("CO") ?? "0"),
    rightToLeft: fields.get("RL") === "1",
  };
}

/** In the order and with the fields that old clients expect; `CS` and `PF` say "any". */
export function formatHeader(format: Partial<TextFormat>): string {
  const all = { ...PLAIN, ...format };
  const effects = [all.bold && "B", all.italic && "I", all.underline && "U", all.strikeout && "S"].filter(Boolean);
  const fields = [
    `FN=${encodeURIComponent(all.font.toWellFormed())}`,
    `EF=${effects.join("")}`,
    `CO=${writeColor(all.color)}`,
    "CS=0",
    "PF=0",
  ];
  return [...fields, ...(all.rightToLeft ? ["RL=1"] : [])].join("; ");
}

/** The headers of a text message, in the order in which clients send them. */
export function textHeaders({ format, asName }: TextOptions): Record<string, string> {
  return {
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    ...(format ? { "X-MMS-IM-Format": formatHeader(format) } : {}),
    ...(asName ? { "P4-Context": asName.replace(/\s+/g, " ").toWellFormed() } : {}),
  };
}

/** Line ends are CRLF on the wire and LF in a program. */
export function encodeBody(text: string): Buffer {
  return Buffer.from(text.toWellFormed().replace(/\r\n|\r|\n/g, "\r\n"), "utf8");
}

export function plainLines(text: string): string {
  return text.replace(/\r\n|\r/g, "\n");
}

/**
 * The same text in pieces of at most `maxBytes` on the wire, for people whose clients cannot join packets. Cut between
 * characters as a reader sees them; one that is larger by itself is cut between code points.
 */
export function splitText(text: string, maxBytes: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  let sizeBytes = 0;
  for (const { segment } of characters.segment(text)) {
    for (const part of encodeBody(segment).length > maxBytes ? segment : [segment]) {
      const partBytes = encodeBody(part).length;
      if (sizeBytes + partBytes > maxBytes && piece !== "") {
        pieces.push(piece);
        piece = "";
        sizeBytes = 0;
      }
      piece += part;
      sizeBytes += partBytes;
    }
  }
  return piece === "" ? pieces : [...pieces, piece];
}

const characters = new Intl.Segmenter("und", { granularity: "grapheme" });

/** `CO` is BBGGRR in hex, without leading zeros. */
function readColor(hex: string): string {
  if (!/^[0-9a-f]{1,8}$/i.test(hex)) return PLAIN.color;
  const [, blue, green, red] = /(..)(..)(..)$/.exec(hex.padStart(6, "0").toLowerCase()) ?? [];
  return `#${red}${green}${blue}`;
}

function writeColor(color: string): string {
  const [, red, green, blue] = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color) ?? [];
  if (red === undefined) return "0";
  return `${blue}${green}${red}`.toLowerCase().replace(/^0+(?=.)/, "");
}

function decodeFont(encoded: string): string {
  return decodeText(Buffer.from(encoded, "utf8").toString("latin1"));
}
