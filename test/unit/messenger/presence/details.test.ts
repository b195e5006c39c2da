import fc from "fast-check";
import { expect, test } from "vitest";
import type { Details } from "../../../../collector/network/messenger/events.ts";
import type { CurrentMedia } from "../../../../collector/network/messenger/presence/current-media.ts";
import { readDetails } from "../../../../collector/network/messenger/presence/details.ts";
import {
  dataPayload,
  endpointPayload,
  privateEndpointPayload,
} from "../../../../collector/network/messenger/presence/own-details.ts";
import { plainText } from "../../../../collector/network/messenger/presence/plain-text.ts";

function read(xml: string, dialect = 18): Details | undefined {
  return readDetails(Buffer.from(xml, "utf8"), dialect);
}

const NOTHING = { personalMessage: "", currentMedia: "" };

// From the recordings of MSNP11 to MSNP18.
const MEDIA = String.raw`\0Music\01\0{0} - {1}\0Song\0Artist\0Album\0\0`;
const MEDIA_AS_ENTITIES = MEDIA.replaceAll("\\", "&#x5C;");

test("a personal message is read as the recorded server escapes it", () => {
  const whole = (psm: string) => `<Data><PSM>${psm}</PSM><CurrentMedia></CurrentMedia></Data>`;
  expect(read(whole("hi &amp; &lt;bye&gt; é"), 11)).toEqual({
    ...NOTHING,
    personalMessage: "hi & <bye> é",
    places: undefined,
  });
  expect(read(whole("hi &#x26; &#x3C;bye&#x3E; é"), 18)?.personalMessage).toBe("hi & <bye> é");
  // No XML, and sent at MSNP13 to MSNP15.
  expect(read(whole("hi &#x26; <bye> é"), 13)?.personalMessage).toBe("hi & <bye> é");
});

test("current media is put together as its format says", () => {
  for (const media of [MEDIA, MEDIA_AS_ENTITIES]) {
    expect(read(`<Data><PSM></PSM><CurrentMedia>${media}</CurrentMedia></Data>`)?.currentMedia).toBe("Song - Artist");
  }
  const shown = (media: string) => read(`<Data><PSM/><CurrentMedia>${media}</CurrentMedia></Data>`)?.currentMedia;
  expect(shown(String.raw`\0Games\01\0Playing {0}\0Halo\0`)).toBe("Playing Halo");
  expect(shown(String.raw`WMP\0Music\01\0{1}: {0} {7}{x}\0{1}\0B\0`)).toBe("B: {1} {x}");
  expect(shown(String.raw`\0Music\00\0{0} - {1}\0Song\0Artist\0`)).toBe("");
  expect(shown("Song - Artist")).toBe("");
});

test("places are read, and from MSNP16 on there are none when none are named", () => {
  const place = { id: "{11111111-1111-1111-1111-11111111111a}", name: undefined, isIdle: undefined, state: undefined };
  const details = read(
    "<Data><PSM></PSM><CurrentMedia></CurrentMedia><DDP></DDP><SignatureSound></SignatureSound><EndpointData id=\"{11111111-1111-1111-1111-11111111111A}\"><Capabilities>2789003324:48</Capabilities></EndpointData><EndpointData id='{44444444-4444-4444-4444-444444444444}'><Capabilities></Capabilities></EndpointData></Data>",
  );
  expect(details?.places).toEqual([
    { ...place, capabilities: expect.objectContaining({ raw: "2789003324:48" }) },
    { ...place, id: "{44444444-4444-4444-4444-444444444444}", capabilities: undefined },
  ]);
  expect(read("<Data><PSM></PSM></Data>", 16)?.places).toEqual([]);
  expect(read("<Data><PSM></PSM></Data>", 15)?.places).toBeUndefined();
});

test("of one's own places more is known", () => {
  const id = "{1be99e6d-1c6e-4bea-8b3e-9c464006a774}";
  const endpoint = `<EndpointData id="${id}"><Capabilities>2416181284:00</Capabilities></EndpointData>`;
  const data = (content: string) =>
    read(`<Data><PSM></PSM><CurrentMedia></CurrentMedia>${endpoint}${content}</Data>`)?.places;
  const capabilities = expect.objectContaining({ raw: "2416181284:00" });
  expect(
    data(
      `<PrivateEndpointData id="${id}"><EpName>pid &amp; gin</EpName><Idle>true</Idle><ClientType>1</ClientType><State>NLN</State></PrivateEndpointData>`,
    ),
  ).toEqual([{ id, capabilities, name: "pid & gin", isIdle: true, state: "NLN" }]);
  expect(data(`<PrivateEndpointData id="${id}"></PrivateEndpointData>`)).toEqual([
    { id, capabilities, name: undefined, isIdle: undefined, state: undefined },
  ]);
  expect(data(`<PrivateEndpointData id="{other}"><Idle>false</Idle></PrivateEndpointData>`)).toEqual([
    { id, capabilities, name: undefined, isIdle: undefined, state: undefined },
    { id: "{other}", capabilities: undefined, name: undefined, isIdle: false, state: undefined },
  ]);
});

test("without a payload all is cleared", () => {
  expect(read("", 11)).toEqual({ ...NOTHING, places: undefined });
  expect(read("", 18)).toEqual({ ...NOTHING, places: [] });
});

test("a payload that speaks of something else says nothing", () => {
  expect(read("goawyplzthxbye")).toBeUndefined();
  expect(read(`<Data><PSM>${"x".repeat(40_000)}</PSM></Data>`)).toBeUndefined();
});

test("control characters are left out and long texts are cut between characters", () => {
  expect(plainText("a\0b\x1b[31m\x9bc\td\r\ne\n")).toBe("ab[31mc d e ");
  expect(plainText(`${"x".repeat(1023)}😀y`)).toBe("x".repeat(1023));
  expect(read(`<Data><PSM>a&#x7F;&#10;b&#x85;</PSM></Data>`)?.personalMessage).toBe("a b");
});

test("a format that would fill the memory is cut short", () => {
  const media = String.raw`\0Music\01\0${"{0}".repeat(300)}\0${"long ".repeat(200)}\0`;
  expect(read(`<Data><PSM></PSM><CurrentMedia>${media}</CurrentMedia></Data>`)?.currentMedia).toHaveLength(1024);
});

// What a person can write: no control characters, which are left out on the way.
const written = fc
  .array(
    fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("<", "</PSM>", "<PSM>", "&amp;", "&", "<Data>", "é")),
    {
      maxLength: 6,
    },
  )
  .map((parts) => plainText(parts.join("").toWellFormed()).replace(/[\uFFFE\uFFFF]/g, ""));

test("a message that we send is read as it was written", () => {
  fc.assert(
    fc.property(written, (message) => {
      expect(readDetails(dataPayload(message), 11)?.personalMessage).toBe(message);
    }),
    { seed: 75 },
  );
});

test("a message that a server does not escape is read whole, whatever elements it names", () => {
  fc.assert(
    fc.property(written, (message) => {
      // As the recorded server does at MSNP13 to MSNP15.
      const psm = message.replaceAll("&", "&#x26;");
      const xml = `<Data><PSM>${psm}</PSM><CurrentMedia>${MEDIA}</CurrentMedia></Data>`;
      expect(read(xml, 15)).toMatchObject({ personalMessage: message, currentMedia: "Song - Artist" });
    }),
    { seed: 76 },
  );
});

test("media that we send is read as it was put together", () => {
  const value = fc.string({ unit: "grapheme" }).map((one) => plainText(one).replace(/[\\{}\uFFFE\uFFFF]/g, ""));
  fc.assert(
    fc.property(value, value, (title, artist) => {
      const media: CurrentMedia = { kind: "Music", format: "{0} - {1}", values: [title, artist] };
      expect(readDetails(dataPayload("", media), 18)?.currentMedia).toBe(plainText(`${title} - ${artist}`));
    }),
    { seed: 77 },
  );
  const tricky: CurrentMedia = { kind: "Music", format: "{0}", values: [String.raw`a\0b\\00c`] };
  expect(readDetails(dataPayload("", tricky), 18)?.currentMedia).toBe("abc");
});

test("payloads are as long as the published ones", () => {
  expect(dataPayload("example status message")).toHaveLength(75);
  expect(dataPayload("").toString()).toBe("<Data><PSM></PSM><CurrentMedia></CurrentMedia></Data>");
  expect(dataPayload("")).toHaveLength(53);
  expect(dataPayload("hi & <bye> é")).toHaveLength(76);
  const song: CurrentMedia = { kind: "Music", format: "{0} - {1}", values: ["Song", "Artist", "Album"] };
  expect(dataPayload("", song).toString()).toBe(`<Data><PSM></PSM><CurrentMedia>${MEDIA}</CurrentMedia></Data>`);
});

test("a place tells of itself as a recorded client does", () => {
  expect(endpointPayload("262180:00").toString()).toBe(
    "<EndpointData><Capabilities>262180:00</Capabilities></EndpointData>",
  );
  expect(privateEndpointPayload({ name: "pidgin", isIdle: false, state: "NLN" }).toString()).toBe(
    "<PrivateEndpointData><EpName>pidgin</EpName><Idle>false</Idle><ClientType>1</ClientType><State>NLN</State></PrivateEndpointData>",
  );
});

test("any bytes at all say something or nothing, in no more than a moment", () => {
  const piece = fc.constantFrom(
    "<Data>",
    "</Data>",
    "<PSM>",
    "</PSM>",
    "<PSM/>",
    "<CurrentMedia>",
    "</CurrentMedia>",
    "\\0",
    "1",
    "{0}",
    "&#x",
    "&#xD800;",
    '<EndpointData id="{a}">',
    "</EndpointData>",
    "<EndpointData",
    "<PrivateEndpointData id='b'>",
    "<Idle>",
    "true",
    "\0",
    "\xff",
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.array(piece, { maxLength: 40 }).map((pieces) => Buffer.from(pieces.join(""), "latin1")),
  );
  fc.assert(
    fc.property(bytes, fc.integer({ min: 2, max: 18 }), (payload, dialect) => {
      const details = readDetails(payload, dialect);
      if (details) expect(details.personalMessage.length).toBeLessThanOrEqual(1024);
    }),
    { seed: 78, numRuns: 2_000 },
  );
  for (const run of ["<PSM>", '<EndpointData id="{a}">', "<EndpointData/>", "\\0", "&", "</PSM>"]) {
    read(`<Data>${run.repeat(30_000 / run.length)}`);
  }
});
