import fc from "fast-check";
import { expect, test } from "vitest";
import {
  bodyText,
  contentType,
  formatMime,
  type MimeMessage,
  readFields,
  readMime,
} from "../../../collector/network/messenger/wire/mime.ts";

function read(text: string, encoding: BufferEncoding = "utf8"): MimeMessage {
  return readMime(Buffer.from(text, encoding));
}

test("a recorded text message is read", () => {
  const message = read(
    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\nX-MMS-IM-Format: FN=Segoe%20UI; EF=; CO=0; CS=0; PF=0\r\n\r\nhello é",
  );
  expect(contentType(message)).toBe("text/plain");
  expect(message.headers.get("x-mms-im-format")).toBe("FN=Segoe%20UI; EF=; CO=0; CS=0; PF=0");
  expect(bodyText(message)).toBe("hello é");
});

test("names of headers are read in any case, of repeated ones the first counts", () => {
  const { headers } = read("TYPINGUSER: a@x.com\r\ntypinguser:b@x.com\r\n\r\n");
  expect([...headers]).toEqual([["typinguser", "a@x.com"]]);
});

test("lines without a colon, empty names and bare line feeds do no harm", () => {
  const message = read("nonsense\n: empty\nA: 1\n  and 2\nB:\n\nbody\r\n\r\nstill body");
  expect([...message.headers]).toEqual([
    ["a", "1 and 2"],
    ["b", ""],
  ]);
  expect(bodyText(message)).toBe("body\r\n\r\nstill body");
});

test("a value that begins on the next line has no space before it", () => {
  expect(contentType(read("Content-Type:\r\n text/plain;\r\n\tcharset=utf-8\r\n\r\n"))).toBe("text/plain");
  expect(read("A:\r\n b\r\n").headers.get("a")).toBe("b");
});

test("a message without an empty line is all headers, one that begins with it all body", () => {
  expect(read("A: 1\r\nB: 2").body).toHaveLength(0);
  expect(bodyText(read("\r\nA: 1"))).toBe("A: 1");
  expect([...read("").headers]).toEqual([]);
});

test.each([
  ["no charset, in UTF-8", "text/plain", "é", "utf8", "é"],
  ["no charset, not in UTF-8", "text/plain", "\xe9t\xe9", "latin1", "été"],
  ["an empty charset", "text/plain; charset=", "é", "utf8", "é"],
  ["UTF-8 that is none", "text/plain; charset=UTF-8", "\xe9t\xe9", "latin1", "été"],
  ["a charset in quotes", 'text/plain; charset="iso-8859-1"', "\xe9", "latin1", "é"],
  ["a charset that nobody knows", "text/plain; charset=klingon", "é", "utf8", "é"],
  ["a charset of two bytes", "text/plain; charset=shift_jis", "\x83\x65", "latin1", "テ"],
] as const)("the body's text: %s", (_, type, body, encoding, text) => {
  const message = readMime(Buffer.concat([Buffer.from(`Content-Type: ${type}\r\n\r\n`), Buffer.from(body, encoding)]));
  expect(bodyText(message)).toBe(text);
});

test("the second block of headers, which some bodies are, is read like the first", () => {
  const message = read(
    "Content-Type: text/x-msmsgsinvite\r\n\r\nInvitation-Command: INVITE\r\nInvitation-Cookie: 33267\r\n\r\nx: y",
  );
  expect([...readFields(bodyText(message))]).toEqual([
    ["invitation-command", "INVITE"],
    ["invitation-cookie", "33267"],
  ]);
});

test("what is written is read again", () => {
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,12}$/);
  const value = fc.string({ unit: "grapheme" }).map((one) => one.replace(/[\r\n]/g, "").trim());
  fc.assert(
    fc.property(fc.dictionary(name, value, { maxKeys: 6 }), fc.uint8Array(), (headers, body) => {
      const message = readMime(formatMime(headers, body));
      const expected = new Map<string, string>();
      for (const [key, text] of Object.entries(headers)) {
        const lower = key.toLowerCase();
        if (!expected.has(lower)) expected.set(lower, text);
      }
      expect(message.headers).toEqual(expected);
      expect(Uint8Array.from(message.body)).toEqual(body);
    }),
    { seed: 41 },
  );
});

test("any text survives as a body", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const headers = { "Content-Type": "text/plain; charset=UTF-8" };
      expect(bodyText(readMime(formatMime(headers, text)))).toBe(text);
    }),
    { seed: 41 },
  );
});

test("nothing that a person wrote becomes a header", () => {
  const bytes = formatMime({ "P4-Context": "Al\r\nX-Evil: 1\r\n\r\nbody" }, "real");
  expect(bytes.toString()).toBe("P4-Context: Al X-Evil: 1 body\r\n\r\nreal");
  expect(() => formatMime({ "X: y\r\nZ": "1" }, "")).toThrow('"X: y\\r\\nZ" is no name for a header');
});

test("any bytes are a message", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const message = readMime(bytes);
      bodyText(message);
      expect(message.body.length).toBeLessThanOrEqual(bytes.length);
    }),
    { seed: 41, numRuns: 1_000 },
  );
});
