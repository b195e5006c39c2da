import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MessageKind } from "../../../../collector/network/messenger/switchboard/board.ts";
import type { ConversationNews } from "../../../../collector/network/messenger/switchboard/events.ts";
import { Inbox } from "../../../../collector/network/messenger/switchboard/inbox.ts";
import { readMime } from "../../../../collector/network/messenger/wire/mime.ts";

const SEED = { seed: 20261122 };
const READ = { atMs: 0, monotonicMs: 0 };
const BOB = { token: "bob@example.com", name: "Bob" };
const FILE = "{5D3E02AB-6190-11d3-BBBB-00C04F795683}";
const BRANCH = "{33517CE4-02FC-4428-B6F4-39927229B722}";
const CALL = "{9D79AE57-1BD5-444B-B14E-3FC9BB2B5D58}";

interface Reply {
  kind: MessageKind;
  payload: Uint8Array;
}

function receiveAll(payloads: (string | Uint8Array)[], { account = "me@example.com", from = BOB } = {}) {
  const told: ConversationNews[] = [];
  const replies: Reply[] = [];
  const inbox = new Inbox({
    account,
    tell: (news) => void told.push(news),
    reply: (kind, payload) => void replies.push({ kind, payload }),
    random: () => 1000,
  });
  for (const payload of payloads) inbox.receive(from, Buffer.from(payload), READ);
  return { told, replies };
}

function lines(...all: string[]): string {
  return all.join("\r\n");
}

describe("what others send", () => {
  it("is text with its look, and the name that the message itself gives", () => {
    const { told } = receiveAll([
      lines(
        "MIME-Version: 1.0",
        "content-type: TEXT/PLAIN; charset=UTF-8",
        "X-MMS-IM-Format: FN=Arial; EF=B; CO=0; CS=0; PF=22",
        "P4-Context: Bobby",
        "",
        "hello é",
        "second",
      ),
    ]);
    expect(told).toMatchObject([
      { kind: "text", from: "bob@example.com", name: "Bobby", text: "hello é\nsecond", format: { bold: true } },
    ]);
  });

  it("is text of the one person, at whatever place they are", () => {
    const from = { token: "1:Bob@Example.com;{22222222-2222-2222-2222-222222222222}", name: "Bob" };
    expect(receiveAll(["Content-Type: text/plain\r\n\r\nhi"], { from }).told).toMatchObject([
      { kind: "text", from: "bob@example.com", name: "Bob", text: "hi" },
    ]);
  });

  it("is typing, nudging and winking", () => {
    const { told } = receiveAll([
      lines("Content-Type: text/x-msmsgscontrol", "TypingUser: bob@example.com", "", "", ""),
      lines("Content-Type: text/x-msnmsgr-datacast", "", "ID: 1", "", ""),
      lines("Content-Type: text/x-msnmsgr-datacast", "", "ID: 2", "Data: <msnobj/>", ""),
    ]);
    expect(told).toEqual([
      { kind: "typing", from: "bob@example.com" },
      { kind: "nudge", from: "bob@example.com" },
      { kind: "datacast", from: "bob@example.com", id: 2, data: "<msnobj/>" },
    ]);
  });

  it("is passed on as it came when it is anything else", () => {
    const { told, replies } = receiveAll([
      lines("Content-Type: text/x-clientcaps", "", "Client-Name: Purple/2.14.12", "Chat-Logging: Y", ""),
      lines("Content-Type: text/x-msmsgscontrol", "RecordingUser: bob@example.com", "", ""),
      lines("Content-Type: text/x-msnmsgr-datacast", "", "ID: x", ""),
      lines("Content-Type: text/x-msmsgsinvite", "", "Invitation-Command: CANCEL", "Invitation-Cookie: 1", ""),
      "",
    ]);
    expect(told.map((one) => one.kind === "mime" && one.contentType)).toEqual([
      "text/x-clientcaps",
      "text/x-msmsgscontrol",
      "text/x-msnmsgr-datacast",
      "text/x-msmsgsinvite",
      "",
    ]);
    expect(replies).toEqual([]);
  });

  it("makes it neither throw nor tell what it cannot know, whatever the bytes", () => {
    const types = [
      "text/plain; charset=",
      "text/x-msmsgscontrol",
      "text/x-msnmsgr-datacast",
      "text/x-msmsgsinvite",
      "application/x-msnmsgrp2p",
      "image/gif\r\nMessage-ID: {1}\r\nChunks: 2",
      "image/gif\r\nMessage-ID: {1}\r\nChunk: 1",
    ];
    const payload = fc
      .tuple(fc.constantFrom("", ...types), fc.uint8Array({ maxLength: 200 }))
      .map(([type, bytes]) => Buffer.concat([Buffer.from(type && `Content-Type: ${type}\r\n\r\n`), bytes]));
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 8 }), (payloads) => void receiveAll(payloads)),
      { ...SEED, numRuns: 500 },
    );
  });
});

const INVITE = lines(
  "MIME-Version: 1.0",
  "Content-Type: text/x-msmsgsinvite; charset=UTF-8",
  "",
  "Application-Name: File Transfer",
  `Application-GUID: ${FILE}`,
  "Invitation-Command: INVITE",
  "Invitation-Cookie: 33267",
  "Application-File: holiday.jpg",
  "Application-FileSize: 60904",
  "Connectivity: N",
  "",
  "",
);

describe("an invitation in words", () => {
  it("is declined with its cookie and told with the file's name and size", () => {
    const { told, replies } = receiveAll([INVITE]);
    expect(told).toEqual([
      {
        kind: "invitation",
        from: "bob@example.com",
        invitation: {
          by: "text",
          application: "File Transfer",
          applicationId: FILE.toUpperCase(),
          file: { name: "holiday.jpg", sizeBytes: 60904 },
        },
      },
    ]);
    expect(replies.map(({ kind, payload }) => [kind, Buffer.from(payload).toString()])).toEqual([
      [
        "N",
        lines(
          "MIME-Version: 1.0",
          "Content-Type: text/x-msmsgsinvite; charset=UTF-8",
          "",
          "Invitation-Command: CANCEL",
          "Invitation-Cookie: 33267",
          "Cancel-Code: REJECT_NOT_INSTALLED",
          "",
          "",
        ),
      ],
    ]);
  });

  it("has the usual name of its GUID when it does not say one", () => {
    const voice = INVITE.replace("Application-Name: File Transfer\r\n", "")
      .replace(FILE, "{02D3C01F-BF30-4825-A83A-DE7AF41648AA}")
      .replace(/Application-File.*\r\nApplication-FileSize.*\r\n/, "");
    expect(receiveAll([voice]).told).toMatchObject([{ invitation: { application: "Voice conversation" } }]);
  });

  it("is not answered when nobody could understand the answer, nor when it is our own", () => {
    const { told, replies } = receiveAll([INVITE.replace("33267", "1\r\nCancel-Code: X")]);
    expect(replies).toHaveLength(1);
    expect(Buffer.from(replies[0]?.payload ?? "").toString()).toContain("Invitation-Cookie: 1\r\nCancel-Code: REJECT");
    expect(told).toHaveLength(1);
    expect(receiveAll([INVITE.replace("33267", "all of them")]).replies).toEqual([]);
    expect(receiveAll([INVITE], { from: { token: "me@example.com", name: "Me" } }).replies).toEqual([]);
  });
});

it("an inviter who does not stop is not answered without end", () => {
  const { told, replies } = receiveAll(Array(200).fill(INVITE));
  expect([told.length, replies.length]).toEqual([200, 60]);
});

function fileContext(name: string, size: number): string {
  const context = Buffer.alloc(574);
  context.writeUInt32LE(574, 0);
  context.writeUInt32LE(2, 4);
  context.writeBigUInt64LE(BigInt(size), 8);
  context.writeUInt32LE(1, 16);
  context.write(name, 20, "utf16le");
  return context.toString("base64");
}

function slpInvite({ guid = FILE, context = fileContext("holiday.jpg", 60904), branch = BRANCH } = {}): string {
  const body = lines(`EUF-GUID: ${guid}`, "SessionID: 1980589", "AppID: 2", `Context: ${context}`, "", "\0");
  return lines(
    "INVITE MSNMSGR:me@example.com MSNSLP/1.0",
    "To: <msnmsgr:me@example.com>",
    "From: <msnmsgr:bob@example.com>",
    `Via: MSNSLP/1.0/TLP ;branch=${branch}`,
    "CSeq: 0 ",
    `Call-ID: ${CALL}`,
    "Max-Forwards: 0",
    "Content-Type: application/x-msnmsgr-sessionreqbody",
    `Content-Length: ${body.length}`,
    "",
    body,
  );
}

interface PacketNumbers {
  sessionId?: number;
  messageId?: number;
  offset?: number;
  totalSize?: number;
  pieceSize?: number;
  flags?: number;
}

/** A packet put together by hand from the table in protocol reference 4.5. */
function packet(piece: Buffer, numbers: PacketNumbers = {}): Buffer {
  const header = Buffer.alloc(48);
  header.writeUInt32LE(numbers.sessionId ?? 0, 0);
  header.writeUInt32LE(numbers.messageId ?? 77, 4);
  header.writeBigUInt64LE(BigInt(numbers.offset ?? 0), 8);
  header.writeBigUInt64LE(BigInt(numbers.totalSize ?? piece.length), 16);
  header.writeUInt32LE(numbers.pieceSize ?? piece.length, 24);
  header.writeUInt32LE(numbers.flags ?? 0, 28);
  header.writeUInt32LE(4711, 32);
  return Buffer.concat([header, piece, Buffer.alloc(4)]);
}

function p2p(body: Buffer, headers = "P2P-Dest: me@example.com"): Buffer {
  const head = lines("MIME-Version: 1.0", "Content-Type: application/x-msnmsgrp2p", headers, "", "");
  return Buffer.concat([Buffer.from(head), body]);
}

describe("an invitation in packets", () => {
  it("is declined with a whole packet of its own and told with the file's name and size", () => {
    const { told, replies } = receiveAll([p2p(packet(Buffer.from(slpInvite())))]);
    expect(told).toEqual([
      {
        kind: "invitation",
        from: "bob@example.com",
        invitation: {
          by: "p2p",
          application: "File Transfer",
          applicationId: FILE.toUpperCase(),
          file: { name: "holiday.jpg", sizeBytes: 60904 },
        },
      },
    ]);
    const [reply] = replies;
    expect(reply?.kind).toBe("D");
    const { headers, body } = readMime(reply?.payload ?? Buffer.alloc(0));
    expect(Object.fromEntries(headers)).toEqual({
      "mime-version": "1.0",
      "content-type": "application/x-msnmsgrp2p",
      "p2p-dest": "bob@example.com",
    });
    const bytes = Buffer.from(body);
    const text = bytes.subarray(48, -4).toString();
    const [head, rest] = text.split("\r\n\r\n", 1).concat(text.slice(text.indexOf("\r\n\r\n") + 4));
    expect(head).toBe(
      lines(
        "MSNSLP/1.0 603 Decline",
        "To: <msnmsgr:bob@example.com>",
        "From: <msnmsgr:me@example.com>",
        `Via: MSNSLP/1.0/TLP ;branch=${BRANCH}`,
        "CSeq: 1",
        `Call-ID: ${CALL}`,
        "Max-Forwards: 0",
        "Content-Type: application/x-msnmsgr-sessionreqbody",
        `Content-Length: ${rest?.length}`,
      ),
    );
    expect(rest).toBe("SessionID: 1980589\r\n\r\n\0");
    // sessionId, messageId, offset, totalSize, chunkLength, flags, ackMessageId, ackUniqueId, ackSize; footer
    expect(bytes.readUInt32LE(0)).toBe(0);
    expect(bytes.readUInt32LE(4)).toBe(1001);
    expect(bytes.readBigUInt64LE(8)).toBe(0n);
    expect(bytes.readBigUInt64LE(16)).toBe(BigInt(text.length));
    expect(bytes.readUInt32LE(24)).toBe(text.length);
    expect(bytes.readUInt32LE(28)).toBe(0);
    expect(bytes.readUInt32LE(32)).toBe(1000);
    expect(bytes.readUInt32LE(36)).toBe(0);
    expect(bytes.readBigUInt64LE(40)).toBe(0n);
    expect(bytes.subarray(-4)).toEqual(Buffer.alloc(4));
  });

  it("goes back to the place that asked, from MSNP16 on", () => {
    const place = "{22222222-2222-2222-2222-222222222222}";
    const ours = "{11111111-1111-1111-1111-111111111111}";
    const headers = lines(`P2P-Dest: me@example.com;${ours}`, `P2P-Src: bob@example.com;${place}`);
    const { replies } = receiveAll([p2p(packet(Buffer.from(slpInvite())), headers)], {
      account: `me@example.com;${ours}`,
    });
    const { headers: said } = readMime(replies[0]?.payload ?? Buffer.alloc(0));
    expect(said.get("p2p-dest")).toBe(`bob@example.com;${place}`);
    expect(said.get("p2p-src")).toBe(`me@example.com;${ours}`);
  });

  it("is joined from as many packets as it came in", () => {
    const whole = Buffer.from(slpInvite());
    const cut = (size: number) => {
      const pieces = [];
      for (let offset = 0; offset < whole.length; offset += size) {
        pieces.push(p2p(packet(whole.subarray(offset, offset + size), { offset, totalSize: whole.length })));
      }
      return pieces;
    };
    for (const size of [1, 100, 1202]) {
      const packets = cut(size);
      const { told, replies } = receiveAll(packets.flatMap((one) => [one, one]));
      // A repeated whole is answered again.
      expect([told.length, replies.length]).toEqual([1, packets.length === 1 ? 2 : 1]);
      expect(receiveAll(packets.toReversed()).told).toHaveLength(packets.length === 1 ? 1 : 0);
    }
  });

  it("is a request for our picture as well", () => {
    const guid = "{A4268EEC-FEC5-49E5-95C3-F126696BDBF6}";
    const { told, replies } = receiveAll([p2p(packet(Buffer.from(slpInvite({ guid, context: "PG1zbm9iai8+" }))))]);
    expect(told).toMatchObject([{ invitation: { application: "Display picture", by: "p2p" } }]);
    expect(replies).toHaveLength(1);
  });

  const whole = Buffer.from(slpInvite());
  const v2 = Buffer.concat([Buffer.from([8, 2, 0, whole.length & 0xff, 0, 0, 0, 1]), whole, Buffer.alloc(4)]);
  it.each([
    ["nothing", Buffer.alloc(0)],
    ["less than a header", packet(whole).subarray(0, 47)],
    ["no footer", packet(whole).subarray(0, -1)],
    ["a piece shorter than announced", packet(whole, { pieceSize: whole.length + 1 })],
    ["a piece longer than announced", packet(whole, { pieceSize: 10 })],
    ["a piece beyond the end", packet(whole, { offset: 10 })],
    ["a size beyond reason", packet(whole, { totalSize: 2 ** 40 })],
    ["data of a session", packet(whole, { sessionId: 1980589 })],
    ["an acknowledgement", packet(whole, { flags: 2 })],
    ["a packet of the second version", v2],
    ["no invitation", packet(Buffer.from("BYE MSNMSGR:me@example.com MSNSLP/1.0\r\n\r\n"))],
    ["a branch that is no GUID", packet(Buffer.from(slpInvite({ branch: "{x}\r\nEvil: yes" })))],
  ])("is dropped without a word when it is %s", (_, body) => {
    expect(receiveAll([p2p(body)])).toEqual({ told: [], replies: [] });
  });

  it("is none of our business when it is for somebody else", () => {
    expect(receiveAll([p2p(packet(whole), "P2P-Dest: carol@example.com")])).toEqual({ told: [], replies: [] });
  });

  it("may claim any file at all", () => {
    fc.assert(
      fc.property(fc.base64String({ maxLength: 1_000 }), (context) => {
        const { told } = receiveAll([p2p(packet(Buffer.from(slpInvite({ context }))))]);
        expect(told).toHaveLength(1);
      }),
      SEED,
    );
  });
});
