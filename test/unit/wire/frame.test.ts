import fc from "fast-check";
import { expect, test } from "vitest";
import {
  CLIENT_PAYLOAD_VERBS,
  encodeFrame,
  type Frame,
  FrameDecoder,
  MAX_LINE_BYTES,
  MAX_PAYLOAD_BYTES,
  SERVER_PAYLOAD_VERBS,
  WireError,
} from "../../../collector/network/messenger/wire/frame.ts";

const PROPERTY = { seed: 18_63, numRuns: 300 };

interface Heard {
  frames: Frame[];
  error?: WireError;
}

/** Everything that the bytes say when they arrive in these chunks. */
function hear(...chunks: Uint8Array[]): Heard {
  return hearAfter({}, ...chunks);
}

/** The same, when we have sent commands with these verbs, by their transaction numbers. */
function hearAfter(sent: Record<string, string>, ...chunks: Uint8Array[]): Heard {
  const decoder = new FrameDecoder(SERVER_PAYLOAD_VERBS, { failedVerb: (trId) => sent[trId] });
  const frames: Frame[] = [];
  try {
    for (const chunk of chunks) for (const frame of decoder.push(chunk)) frames.push(plain(frame));
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return { frames, error };
  }
  return { frames };
}

function plain({ verb, params, payload }: Frame): Frame {
  return { verb, params, ...(payload ? { payload: Uint8Array.from(payload) } : {}) };
}

function lines(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

/** The bytes in pieces, cut at these positions in any order. */
function cutAt(bytes: Uint8Array, positions: readonly number[]): Uint8Array[] {
  const cuts = [0, ...positions.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((end, i) => bytes.subarray(cuts[i], end));
}

const verb = fc.constantFrom("NLN", "FLN", "ILN", "LST", "QNG", "VER", "911", "215");
const token = fc.stringMatching(/^[!-~\u00a1-\u00ff]{1,30}$/);
const lineFrame = fc.record({ verb, params: fc.array(token, { maxLength: 6 }) });
const payloadFrame = fc.record({
  verb: fc.constantFrom(...SERVER_PAYLOAD_VERBS),
  // The first one may be a transaction number, and is no length then.
  params: fc.array(token, { minLength: 1, maxLength: 3 }),
  payload: fc.uint8Array({ maxLength: 200 }),
});
const conversation = fc.array(fc.oneof(lineFrame, payloadFrame) as fc.Arbitrary<Frame>, { maxLength: 12 });
const cuts = fc.array(fc.nat(), { maxLength: 40 });

test("frames come back as they were sent, whatever the cut", () => {
  fc.assert(
    fc.property(conversation, cuts, (frames, positions) => {
      const bytes = Buffer.concat(frames.map(({ verb, params, payload }) => encodeFrame(verb, params, payload)));
      const expected = frames.map(({ verb, params, payload }) =>
        payload ? { verb, params: [...params, String(payload.length)], payload } : { verb, params },
      );
      expect(hear(...cutAt(bytes, positions))).toEqual({ frames: expected });
    }),
    PROPERTY,
  );
});

test("a conversation that arrives one byte at a time says the same", () => {
  const bytes = lines(
    "VER 1 MSNP7\r\nMSG Hotmail Hotmail 12\r\nMIME: 1\r\n\r\n\0ILN 9 NLN bo@example.com Bo\r\nUUX 4 0\r\nQNG\r\n",
  );
  const whole = hear(bytes);
  expect(whole.frames.map((frame) => frame.verb)).toEqual(["VER", "MSG", "ILN", "UUX", "QNG"]);
  expect(hear(...[...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
});

test("any bytes at all give the same frames and the same error, whatever the cut", () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc
      .array(
        fc.constantFrom("\r\n", "\n", "\r", " ", "MSG", "msg", "NLN", "12", "99999999", "\0", "é", "GET / HTTP/1.1"),
        {
          maxLength: 60,
        },
      )
      .map((words) => lines(words.join(""))),
  );
  fc.assert(
    fc.property(noise, cuts, (bytes, positions) => {
      expect(hear(...cutAt(bytes, positions))).toEqual(hear(bytes));
    }),
    { ...PROPERTY, numRuns: 1_000 },
  );
});

test("a payload is handed on byte for byte, line ends and zeros included", () => {
  const payload = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const { frames } = hear(encodeFrame("MSG", ["a@example.com", "A"], payload), lines("QNG\r\n"));
  expect(frames).toEqual([
    { verb: "MSG", params: ["a@example.com", "A", "256"], payload },
    { verb: "QNG", params: [] },
  ]);
});

test("a payload verb whose last word is no number carries no payload", () => {
  expect(hear(lines("ADL 8 OK\r\nQNG\r\n")).frames.map((frame) => frame.verb)).toEqual(["ADL", "QNG"]);
});

test("a reply that holds nothing but its transaction number carries no payload", () => {
  expect(hear(lines("UUX 12\r\nADL 7\r\nQNG 30\r\n")).frames).toEqual([
    { verb: "UUX", params: ["12"] },
    { verb: "ADL", params: ["7"] },
    { verb: "QNG", params: ["30"] },
  ]);
});

test("an error's second number is the length of a payload if the failed command had one, too", () => {
  expect(hearAfter({ 8: "ADL", 9: "CHG" }, lines("241 8 16\r\n<ml>bad xml</ml>201 9 15\r\nQNG 50\r\n")).frames).toEqual(
    [
      { verb: "241", params: ["8", "16"], payload: new Uint8Array(lines("<ml>bad xml</ml>")) },
      { verb: "201", params: ["9", "15"] },
      { verb: "QNG", params: ["50"] },
    ],
  );
});

test("an error with one number, or to a command that nobody knows, carries no payload", () => {
  expect(hearAfter({ 8: "ADL" }, lines("241 8\r\n241 12 3\r\n241 8 x\r\nQNG 50\r\n")).frames).toEqual([
    { verb: "241", params: ["8"] },
    { verb: "241", params: ["12", "3"] },
    { verb: "241", params: ["8", "x"] },
    { verb: "QNG", params: ["50"] },
  ]);
});

test("which command failed is asked when its error is reached, not when its bytes arrive", () => {
  const sent = new Map([["8", "ADL"]]);
  const decoder = new FrameDecoder(SERVER_PAYLOAD_VERBS, { failedVerb: (trId) => sent.get(trId) });
  const heard: string[] = [];
  for (const frame of decoder.push(lines("ADL 8 OK\r\n241 8 3\r\nQNG 50\r\n"))) {
    sent.delete(frame.params[0] ?? "");
    heard.push(frame.verb);
  }
  expect(heard).toEqual(["ADL", "241", "QNG"]);
});

test("an empty payload is a payload", () => {
  expect(hear(lines("UUX 4 0\r\nQNG\r\n")).frames).toEqual([
    { verb: "UUX", params: ["4", "0"], payload: new Uint8Array(0) },
    { verb: "QNG", params: [] },
  ]);
});

test("what carries a payload depends on who speaks", () => {
  const decoder = new FrameDecoder(CLIENT_PAYLOAD_VERBS);
  const said = [...decoder.push(lines("QRY 5 msmsgs@msnmsgr.com 3\r\nabcPNG\r\n"))];
  expect(said.map((frame) => [frame.verb, frame.payload?.toString()])).toEqual([
    ["QRY", "abc"],
    ["PNG", undefined],
  ]);
});

test("empty lines, bare line feeds, double spaces and lower case are forgiven", () => {
  expect(hear(lines("\r\n\n  \r\nnln  BSY   bo@example.com Bo\nqng\r\n")).frames).toEqual([
    { verb: "NLN", params: ["BSY", "bo@example.com", "Bo"] },
    { verb: "QNG", params: [] },
  ]);
});

test("Escargot's list row with an empty last field is read like one without it", () => {
  expect(hear(lines("LST bob@x.com Bob 13 \r\n")).frames).toEqual([
    { verb: "LST", params: ["bob@x.com", "Bob", "13"] },
  ]);
});

test("a line as long as allowed is read, one byte more is refused, finished or not", () => {
  const longest = `NLN ${"x".repeat(MAX_LINE_BYTES - 4)}`;
  expect(hear(lines(`${longest}\n`)).frames).toHaveLength(1);
  const refusal = `it sent a line of more than ${MAX_LINE_BYTES} bytes`;
  expect(hear(lines(`${longest}x\n`)).error).toMatchObject({ code: "line-too-long", message: refusal });
  expect(hear(lines(`${longest}x`)).error).toMatchObject({ code: "line-too-long", message: refusal });
});

test("a line without end is refused before it fills the memory", () => {
  const decoder = new FrameDecoder(SERVER_PAYLOAD_VERBS);
  const chunk = Buffer.alloc(1_000, 0x41);
  let taken = 0;
  expect(() => {
    for (; taken < 1_000_000; taken += chunk.length) for (const _ of decoder.push(chunk)) expect.unreachable();
  }).toThrow(WireError);
  expect(taken).toBeLessThan(MAX_LINE_BYTES + chunk.length);
});

test("the longest payload arrives byte by byte in no more than a moment", () => {
  const decoder = new FrameDecoder(SERVER_PAYLOAD_VERBS);
  const bytes = encodeFrame("NOT", [], Buffer.alloc(MAX_PAYLOAD_BYTES, "ab\n"));
  const heard: Frame[] = [];
  // Copying all that is there for each byte would copy 500 GB.
  for (let at = 0; at < bytes.length; at++) heard.push(...decoder.push(bytes.subarray(at, at + 1)));
  expect(heard.map(({ verb, payload }) => [verb, payload?.length])).toEqual([["NOT", MAX_PAYLOAD_BYTES]]);
  expect(Buffer.compare(heard[0]?.payload ?? Buffer.alloc(0), bytes.subarray(-MAX_PAYLOAD_BYTES))).toBe(0);
});

test("a payload that was handed out does not change when more arrives", () => {
  const decoder = new FrameDecoder(SERVER_PAYLOAD_VERBS);
  const payloads: Uint8Array[] = [];
  for (const piece of ["NOT 4\r\nab", "cdNOT 4\r\nefg", "hNO", "T 4\r\nijklQ", "NG\r\n"]) {
    for (const { payload } of decoder.push(lines(piece))) if (payload) payloads.push(payload);
  }
  expect(payloads.map((payload) => Buffer.from(payload).toString())).toEqual(["abcd", "efgh", "ijkl"]);
});

test("a line that holds more than one text's worth of lines behind it is read to its end", () => {
  const many = Array.from({ length: 2_000 }, (_, n) => `FLN person${n}@example.com`);
  const long = `NLN AWY bo@example.com ${"x".repeat(9_000)}`;
  const said = [...many, long, ...many];
  expect(hear(lines(`${said.join("\r\n")}\r\n`)).frames.map(({ verb, params }) => [verb, ...params].join(" "))).toEqual(
    said,
  );
});

test("who stops listening in the middle hears the rest with the next bytes", () => {
  const decoder = new FrameDecoder(SERVER_PAYLOAD_VERBS);
  for (const frame of decoder.push(lines("FLN a@example.com\r\nFLN b@example.com\r\nFL"))) {
    expect(frame.params).toEqual(["a@example.com"]);
    break;
  }
  expect([...decoder.push(lines("N c@example.com\r\n"))].map(({ params }) => params[0])).toEqual([
    "b@example.com",
    "c@example.com",
  ]);
});

test("after a refusal there is nothing but the same refusal", () => {
  const decoder = new FrameDecoder(SERVER_PAYLOAD_VERBS);
  expect(() => [...decoder.push(lines("<html>\r\nQNG\r\n"))]).toThrow('it said "<html>"');
  expect(() => [...decoder.push(lines("QNG\r\n"))]).toThrow('it said "<html>"');
});

test("an absurd payload is refused when it is announced", () => {
  expect(hear(lines("MSG Hotmail Hotmail 1073741824\r\n")).error).toMatchObject({
    code: "payload-too-long",
    message: `it announced a MSG payload of 1073741824 bytes, more than ${MAX_PAYLOAD_BYTES}`,
  });
  expect(hear(lines(`NOT ${"9".repeat(400)}\r\n`)).error).toMatchObject({ code: "payload-too-long" });
  expect(hear(lines(`NOT ${MAX_PAYLOAD_BYTES}\r\n`))).toEqual({ frames: [] });
});

test.each([
  [
    "a web server",
    "HTTP/1.1 400 Bad Request\r\n",
    `it said "HTTP/1.1 400 Bad Request", which no Messenger server says`,
  ],
  [
    "a mail server",
    "220-mx.example.com ESMTP\r\n",
    `it said "220-mx.example.com ESMTP", which no Messenger server says`,
  ],
  ["bytes of TLS", "\x15\x03\x01\n", `it said "\\x15\\x03\\x01", which no Messenger server says`],
  [
    "a long greeting",
    `${"SSH-2.0-".repeat(50)}\r\n`,
    `it said "${"SSH-2.0-".repeat(50).slice(0, 60)}…", which no Messenger server says`,
  ],
])("%s is told from a Messenger server by its first line", (_, said, message) => {
  const { error } = hear(lines(said));
  expect(error).toMatchObject({ code: "not-messenger", message });
});

test("frames before the broken one are delivered, in one chunk too", () => {
  const heard = hear(
    lines("NLN BSY bo@example.com Bo\r\nFLN al@example.com\r\n<html>\r\nNLN NLN al@example.com Al\r\n"),
  );
  expect(heard.frames.map((frame) => frame.verb)).toEqual(["NLN", "FLN"]);
  expect(heard.error).toMatchObject({ code: "not-messenger" });
});
