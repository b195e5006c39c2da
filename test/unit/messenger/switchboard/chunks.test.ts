import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ChunkJoiner,
  MAX_PACKET_BYTES,
  splitMessage,
} from "../../../../collector/network/messenger/switchboard/chunks.ts";
import { encodeBody } from "../../../../collector/network/messenger/switchboard/text-message.ts";
import { bodyText, readMime } from "../../../../collector/network/messenger/wire/mime.ts";

const SEED = { seed: 20261122 };
const ID = "{7B7B34E6-7A8D-44FF-926C-1799156B58EA}";
const HEADERS = { "MIME-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8", "X-MMS-IM-Format": "FN=Arial" };

function packetsOf(text: string, id = ID): Buffer[] {
  return (splitMessage(HEADERS, encodeBody(text), id) ?? []).map((packet) => Buffer.from(packet));
}

describe("a message larger than one packet", () => {
  it("is cut into packets that fit and joined to the same text, wherever a cut falls", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 6_000, size: "max" });
    fc.assert(
      fc.property(text, (given) => {
        const packets = packetsOf(given);
        const joiner = new ChunkJoiner();
        const joined = packets.map((packet) => joiner.receive("bob@x.com", readMime(packet), 0));
        for (const packet of packets) expect(packet.length).toBeLessThanOrEqual(MAX_PACKET_BYTES);
        expect(joined.slice(0, -1).every((one) => one === undefined)).toBe(true);
        const last = joined.at(-1);
        expect(last && bodyText(last)).toBe(encodeBody(given).toString());
        expect(last?.headers.get("x-mms-im-format")).toBe("FN=Arial");
      }),
      { ...SEED, numRuns: 60 },
    );
  });

  it("has all headers in its first packet and only its number in the others", () => {
    const packets = packetsOf("x".repeat(4_000)).map((packet) => packet.toString().split("\r\n\r\n")[0]);
    expect(packets).toEqual([
      [
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "X-MMS-IM-Format: FN=Arial",
        `Message-ID: ${ID}`,
        "Chunks: 3",
      ].join("\r\n"),
      `Message-ID: ${ID}\r\nChunk: 1`,
      `Message-ID: ${ID}\r\nChunk: 2`,
    ]);
  });

  it("stays in one packet when it fits exactly", () => {
    const room = MAX_PACKET_BYTES - (packetsOf("")[0]?.length ?? 0);
    expect(packetsOf("x".repeat(room))).toHaveLength(1);
    expect(packetsOf("x".repeat(room))[0]).toHaveLength(MAX_PACKET_BYTES);
    expect(packetsOf("x".repeat(room + 1))).toHaveLength(2);
  });

  it("is joined once, though packets are repeated and those of others come between", () => {
    const bob = packetsOf("b".repeat(4_000));
    const carol = packetsOf("c".repeat(4_000));
    const joiner = new ChunkJoiner();
    const whole: string[] = [];
    for (const at of [0, 1, 2]) {
      for (const [from, packets] of [
        ["bob@x.com", bob],
        ["bob@x.com", bob],
        ["carol@x.com", carol],
      ] as const) {
        const message = joiner.receive(from, readMime(packets[at] ?? Buffer.alloc(0)), at);
        if (message) whole.push(bodyText(message));
      }
    }
    expect(whole).toEqual(["b".repeat(4_000), "c".repeat(4_000)]);
  });

  it("is not joined out of order, nor after half a minute", () => {
    const [first, second, third] = packetsOf("x".repeat(4_000)).map(readMime);
    const joiner = new ChunkJoiner();
    const receive = (packet: typeof first, nowMs: number) => packet && joiner.receive("bob@x.com", packet, nowMs);
    expect([receive(first, 0), receive(third, 0), receive(second, 0)]).toEqual([undefined, undefined, undefined]);
    expect(receive(second, 0)).toBeUndefined();
    expect(receive(third, 1)).toBeDefined();
    expect([receive(first, 0), receive(second, 30_001), receive(third, 30_001)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("passes on what is not cut, with a Message-ID or without", () => {
    const plain = readMime(Buffer.from("Content-Type: text/plain\r\nMessage-ID: {1}\r\n\r\nhello"));
    expect(new ChunkJoiner().receive("bob@x.com", plain, 0)).toBe(plain);
  });

  it.each(["0", "-1", "1024", "99999999999", "many"])("is dropped when it claims %s packets", (chunks) => {
    const message = readMime(Buffer.from(`Message-ID: {1}\r\nChunks: ${chunks}\r\n\r\nx`));
    expect(new ChunkJoiner().receive("bob@x.com", message, 0)).toBeUndefined();
  });

  it("does not make us remember without end", () => {
    const joiner = new ChunkJoiner();
    const body = Buffer.alloc(400_000, "x");
    const begin = (id: number, rest: Buffer = body) =>
      joiner.receive(
        "bob@x.com",
        readMime(Buffer.concat([Buffer.from(`Message-ID: {${id}}\r\nChunks: 2\r\n\r\n`), rest])),
        0,
      );
    const finish = (id: number) =>
      joiner.receive("bob@x.com", readMime(Buffer.from(`Message-ID: {${id}}\r\nChunk: 1\r\n\r\ny`)), 0);
    for (const id of [1, 2, 3]) begin(id);
    expect(finish(1)).toBeUndefined();
    expect(finish(3)?.body).toHaveLength(400_001);
    for (let id = 10; id < 30; id++) begin(id, Buffer.from("x"));
    expect(finish(10)).toBeUndefined();
    expect(finish(29)?.body).toHaveLength(2);
  });
});
