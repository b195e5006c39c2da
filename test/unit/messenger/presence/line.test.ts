import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type PresenceLine,
  readDetailsLine,
  readPresence,
} from "../../../../collector/network/messenger/presence/line.ts";
import { type Frame, FrameDecoder, SERVER_PAYLOAD_VERBS } from "../../../../collector/network/messenger/wire/frame.ts";
import { encodeText } from "../../../../collector/network/messenger/wire/text.ts";
import { RECORDINGS, readRecording } from "../../../helpers/transcript.ts";

const OBJECT =
  "%3Cmsnobj%20Creator%3D%22bob%40example.com%22%20Size%3D%2224539%22%20Type%3D%223%22%20Location%3D%22TFR2C.tmp%22%20Friendly%3D%22AAA%3D%22%20SHA1D%3D%22trC8SlFx2sWQxZMIBAWSEnXc8oQ%3D%22%20SHA1C%3D%22U32o6bosZzluJq82eAtMpx5dIEI%3D%22%2F%3E";
const SHA1D = "trC8SlFx2sWQxZMIBAWSEnXc8oQ=";

function frame(line: string): Frame {
  const [heard] = new FrameDecoder(SERVER_PAYLOAD_VERBS).push(Buffer.from(`${line}\r\n`, "utf8"));
  if (!heard) throw new Error(`not a line: ${line}`);
  return heard;
}

/** What a line says, with capabilities and picture shortened to what identifies them. */
function said(line: string, dialect: number): unknown {
  const heard = readPresence(frame(line), dialect);
  return heard && brief(heard);
}

function brief(heard: PresenceLine): unknown {
  if (heard.kind === "circle-presence") return heard;
  const { kind: _, capabilities, picture, ...rest } = heard;
  return {
    ...rest,
    ...(capabilities ? { capabilities: capabilities.raw } : {}),
    ...(picture === undefined ? {} : { picture: picture?.sha1d ?? null }),
  };
}

const BOB = { address: "bob@example.com", network: 1 };

test.each([
  [2, "ILN 6 NLN bob@example.com Bob%20B", { ...BOB, code: "NLN", name: "Bob B" }],
  [7, "NLN AWY bob@example.com Bob%20É%20renamed%2520x", { ...BOB, code: "AWY", name: "Bob É renamed%20x" }],
  [7, "FLN bob@example.com", { ...BOB, code: "FLN" }],
  [7, "NLN NLN bob@example.com 268435492", { ...BOB, code: "NLN", name: "268435492" }],
  [8, "ILN 9 NLN bob@example.com Bob 268435492", { ...BOB, code: "NLN", name: "Bob", capabilities: "268435492" }],
  [
    8,
    `NLN BRB bob@example.com Bob%20B 268435500 ${OBJECT}`,
    { ...BOB, code: "BRB", name: "Bob B", capabilities: "268435500", picture: SHA1D },
  ],
  [9, "NLN NLN bob@example.com Bob%20B 0", { ...BOB, code: "NLN", name: "Bob B", capabilities: "0", picture: null }],
  [
    9,
    "ILN 6 NLN bob@example.com Bob 1073741860 0",
    { ...BOB, code: "NLN", name: "Bob", capabilities: "1073741860", picture: null },
  ],
  [
    11,
    "NLN NLN bob@example.com Bob%20B 1073791020 %3Cmsnobj%2F%3E",
    { ...BOB, code: "NLN", name: "Bob B", capabilities: "1073791020", picture: null },
  ],
  [
    12,
    `NLN PHN bob@example.com Bob -1505964020 ${OBJECT}`,
    { ...BOB, code: "PHN", name: "Bob", capabilities: "-1505964020", picture: SHA1D },
  ],
  [
    14,
    `ILN 5 NLN bob@example.com 1 Bob%20B 1342558252 ${OBJECT} http://example.com/icon.png`,
    { ...BOB, code: "NLN", name: "Bob B", capabilities: "1342558252", picture: SHA1D },
  ],
  [
    15,
    "NLN NLN bob@yahoo.example 32 Bob 1342558252 http://example.com/icon.png",
    { address: "bob@yahoo.example", network: 32, code: "NLN", name: "Bob", capabilities: "1342558252" },
  ],
  [15, "FLN bob@example.com 1 0", { ...BOB, code: "FLN" }],
  [15, "FLN bob@yahoo.example 32", { address: "bob@yahoo.example", network: 32, code: "FLN" }],
  [
    16,
    "NLN NLN bob@example.com 1 Bob%20B 2789003324:48 %3Cmsnobj%2F%3E",
    { ...BOB, code: "NLN", name: "Bob B", capabilities: "2789003324:48", picture: null },
  ],
  [
    17,
    "NLN NLN 1:bob@example.com Bob 2789003324:48 0",
    { ...BOB, code: "NLN", name: "Bob", capabilities: "2789003324:48", picture: null },
  ],
  [16, "FLN bob@example.com 1 0:0", { ...BOB, code: "FLN" }],
  [18, "FLN 1:bob@example.com 0:0", { ...BOB, code: "FLN" }],
  [
    18,
    "NLN HDN 1:Bob@Example.COM Bob%20B 2416181284:00 0",
    { ...BOB, code: "HDN", name: "Bob B", capabilities: "2416181284:00", picture: null },
  ],
  [
    18,
    "NLN NLN 32:bob@yahoo.example Bob 2789003324:48 0",
    {
      address: "bob@yahoo.example",
      network: 32,
      code: "NLN",
      name: "Bob",
      capabilities: "2789003324:48",
      picture: null,
    },
  ],
  [
    18,
    "NLN IDL 1:bob@example.com;{11111111-1111-1111-1111-111111111111} Bob 2789003324:48 0",
    { ...BOB, code: "IDL", name: "Bob", capabilities: "2789003324:48", picture: null },
  ],
])("MSNP%s: %s", (dialect, line, expected) => {
  expect(said(line, dialect)).toEqual(expected);
});

test.each([
  ["an empty name is not said", 7, "NLN NLN bob@example.com ", { ...BOB, code: "NLN" }],
  ["the same before capabilities", 8, "NLN NLN bob@example.com  268435492", { capabilities: "268435492" }],
  ["the same before a picture", 12, `NLN NLN bob@example.com  268435492 ${OBJECT}`, { picture: SHA1D }],
  ["the same before no picture", 18, "NLN NLN 1:bob@example.com  2789003324:48 0", { picture: null }],
  ["a name that looks like capabilities", 12, "NLN NLN bob@example.com 911 268435492 0", { name: "911" }],
  ["a name that looks like a time", 18, "NLN NLN 1:bob@example.com 10:30 2789003324:48 0", { name: "10:30" }],
  ["a name that looks like a network", 16, "NLN NLN bob@example.com 1 32 2789003324:48 0", { network: 1, name: "32" }],
  ["a name that looks like no picture", 12, "NLN NLN bob@example.com 0 268435492", { name: "0", picture: null }],
  ["a code that nobody knows", 12, "NLN XYZ bob@example.com Bob 268435492 0", { code: "XYZ", name: "Bob" }],
  ["words beyond the last", 7, "NLN BSY bob@example.com Bob and more", { code: "BSY", name: "Bob" }],
])("%s", (_, dialect, line, expected) => {
  const heard = said(line, dialect) as Record<string, unknown>;
  expect(heard).toMatchObject({ ...BOB, ...expected });
  if (!("name" in expected)) expect(heard).not.toHaveProperty("name");
});

test("a member of a circle is told apart from the person", () => {
  const circle = "00000000-0000-0000-0009-aabbccddeeff@live.com";
  const via = `1:bob@example.com;via=9:${circle.toUpperCase()}`;
  const expected = { kind: "circle-presence", circle, address: "bob@example.com" };
  expect(said(`NLN AWY ${via} Bob 2789003324:48 0`, 18)).toEqual({ ...expected, code: "AWY" });
  expect(said(`FLN ${via} 0:0`, 18)).toEqual({ ...expected, code: "FLN" });
});

test("a line that names nobody or no state says nothing", () => {
  for (const line of ["NLN", "NLN AWY", "ILN 6", "ILN 6 NLN", "FLN", "NLN bob@example.com Bob", "NLN NLN <html>"]) {
    expect(readPresence(frame(line), 12), line).toBeUndefined();
  }
});

const PEOPLE = /^(alice|bob|carol|dave|logger)@example\.com$/;
const NAMES = ["Alice A", "Bob B", "Carol C", "Dave D", "Logger", "Bob É renamed%20x"];

test.each(RECORDINGS.filter((name) => /^(msnp|client-|http-)/.test(name)))(
  "%s: every presence line is understood",
  (name) => {
    for (const { dialect, steps } of readRecording(name).conversations) {
      for (const step of steps) {
        if (step.kind !== "server" || !/^(ILN|NLN|FLN|UBX)$/.test(step.verb)) continue;
        const number = Number(dialect.replace("MSNP", ""));
        expect(number, step.line).toBeGreaterThan(1);
        const [heard] = new FrameDecoder(SERVER_PAYLOAD_VERBS).push(step.bytes);
        if (!heard) throw new Error(`not a line: ${step.line}`);
        const said = step.verb === "UBX" ? readDetailsLine(heard, number) : readPresence(heard, number);
        expect(said, step.line).toMatchObject({ address: expect.stringMatching(PEOPLE), network: 1 });
        if (said?.kind !== "presence" || said.code === "FLN") continue;
        expect(said.code, step.line).toMatch(/^(NLN|BSY|IDL|BRB|AWY|PHN|LUN|HDN)$/);
        expect(NAMES, step.line).toContain(said.name);
        expect(said.capabilities === undefined, step.line).toBe(number < 8);
        expect(said.picture === undefined, step.line).toBe(number < 9 && !step.line.includes("msnobj"));
      }
    }
  },
);

const FIELDS = {
  code: fc.constantFrom("NLN", "AWY", "BSY", "XYZ"),
  address: fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}@[a-z0-9-]{1,12}\.[a-z]{2,4}$/),
  network: fc.constantFrom(1, 2, 4, 32),
  name: fc.oneof(
    fc.string({ unit: "grapheme", minLength: 1 }),
    fc.constantFrom("0", "1", "911", "10:30", "268435492", "<msnobj/>", "1:bob@example.com", "http://x/", "%", " "),
  ),
  flags: fc.nat({ max: 0xffff_ffff }),
  picture: fc.constantFrom("0", OBJECT, "%3Cmsnobj%2F%3E"),
};

test("every field of every dialect's shape comes back as it was sent, whatever it looks like", () => {
  const dialects = fc.integer({ min: 2, max: 18 });
  fc.assert(
    fc.property(dialects, fc.boolean(), fc.record(FIELDS), (dialect, isPrefixed, fields) => {
      const { code, address, network, name, flags, picture } = fields;
      const prefixed = dialect === 18 || (dialect >= 16 && isPrefixed);
      const capabilities = dialect >= 16 ? `${flags}:48` : String(flags);
      const words = [
        ...(prefixed ? [`${network}:${address}`] : dialect >= 14 ? [address, network] : [address]),
        encodeText(name),
        ...(dialect >= 8 ? [capabilities] : []),
        ...(dialect >= 9 ? [picture] : []),
      ];
      const expected = {
        address,
        network: dialect >= 14 ? network : 1,
        code,
        name: name.toWellFormed(),
        ...(dialect >= 8 ? { capabilities } : {}),
        ...(dialect >= 9 ? { picture: picture === OBJECT ? SHA1D : null } : {}),
      };
      expect(said(`NLN ${code} ${words.join(" ")}`, dialect)).toEqual(expected);
      if (dialect < 18) expect(said(`ILN 7 ${code} ${words.join(" ")}`, dialect)).toEqual(expected);
    }),
    { seed: 211, numRuns: 1_000 },
  );
});

test("any words at all say something or nothing, and never throw", () => {
  const word = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("NLN", "1", "0", "0:0", "1:", ":", "1:bob@x.com", ";via=", ";", "{", OBJECT, "%3Cmsnobj", "-1", ""),
  );
  const params = fc.array(word, { maxLength: 8 });
  fc.assert(
    fc.property(
      fc.constantFrom("ILN", "NLN", "FLN", "UBX"),
      params,
      fc.integer({ min: 2, max: 18 }),
      (verb, words, dialect) => {
        const heard = readPresence({ verb, params: words }, dialect);
        if (heard) expect(heard.address).not.toBe("");
        readDetailsLine({ verb, params: words, payload: Buffer.from(words.join(" ")) }, dialect);
      },
    ),
    { seed: 211, numRuns: 1_000 },
  );
});

test("details come with the address in every dialect's shape", () => {
  const data = "<Data><PSM>hi</PSM><CurrentMedia></CurrentMedia></Data>";
  const details = (line: string, dialect: number) =>
    readDetailsLine({ ...frame(line), payload: Buffer.from(data) }, dialect);
  const expected = { kind: "details", ...BOB, details: { personalMessage: "hi", currentMedia: "" } };
  expect(details("UBX Bob@example.com x", 11)).toMatchObject(expected);
  expect(details("UBX bob@example.com 1 x", 15)).toMatchObject(expected);
  expect(details("UBX bob@example.com 32 x", 15)).toMatchObject({ ...expected, network: 32 });
  expect(details("UBX 32:bob@example.com x", 18)).toMatchObject({ ...expected, network: 32 });
  expect(details("UBX 1:bob@example.com;via=9:c@live.com x", 18)).toBeUndefined();
  expect(readDetailsLine({ verb: "UBX", params: ["bob@example.com"] }, 11)).toBeUndefined();
});
