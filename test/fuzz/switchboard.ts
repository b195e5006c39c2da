import { splitMessage } from "../../collector/network/messenger/switchboard/chunks.ts";
import { Inbox } from "../../collector/network/messenger/switchboard/inbox.ts";
import { formatPacket } from "../../collector/network/messenger/switchboard/packets.ts";
import { asPayloads, payloadsIn } from "./cuts.ts";
import { recordedPayloads } from "./recorded.ts";

const BOB = { token: "1:bob@x.com;{22222222-2222-2222-2222-222222222222}", name: "Bob" };

/** Whatever people send, in parts or whole, is told or dropped, and never answered with more than came. */
export function fuzz(data: Uint8Array): void {
  const payloads = payloadsIn(data);
  let said = 0;
  const inbox = new Inbox({
    account: "alice@x.com",
    tell: () => void said++,
    reply: () => void said++,
    random: () => 7,
  });
  for (const [n, payload] of payloads.entries()) inbox.receive(BOB, payload, { atMs: n, monotonicMs: n });
  if (said > 2 * payloads.length) throw new Error(`${payloads.length} messages caused ${said}`);
}

const INVITE = [
  "INVITE MSNMSGR:alice@x.com MSNSLP/1.0",
  "To: <msnmsgr:alice@x.com>",
  "From: <msnmsgr:bob@x.com>",
  "Via: MSNSLP/1.0/TLP ;branch={11111111-1111-1111-1111-111111111111}",
  "CSeq: 0",
  "Call-ID: {22222222-2222-2222-2222-222222222222}",
  "Max-Forwards: 0",
  "Content-Type: application/x-msnmsgr-sessionreqbody",
  "Content-Length: 0",
  "",
  "EUF-GUID: {5D3E02AB-6190-11D3-BBBB-00C04F795683}",
  "SessionID: 7",
  "AppID: 2",
  `Context: ${Buffer.alloc(600, 65).toString("base64")}`,
  "",
  "\0",
].join("\r\n");

export function seeds(): Uint8Array[] {
  const recorded = recordedPayloads(/^MSG$/);
  const text = { "MIME-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8" };
  const chunks = splitMessage(text, Buffer.alloc(3_000, "é"), "{33333333-3333-3333-3333-333333333333}") ?? [];
  const packet = (message: string) => formatPacket(Buffer.from(message), { messageId: 9, ackId: 1 });
  const p2p = "Content-Type: application/x-msnmsgrp2p\r\nP2P-Dest: alice@x.com\r\n\r\n";
  const invitation =
    "Content-Type: text/x-msmsgsinvite\r\n\r\nApplication-Name: File Transfer\r\nInvitation-Command: INVITE\r\nInvitation-Cookie: 33267\r\nApplication-File: a.txt\r\nApplication-FileSize: 9\r\n\r\n";
  const slp = Buffer.concat([Buffer.from(p2p), packet(INVITE.replace(/Context: .{700}/, "Context: "))]);
  return [
    ...recorded.map((payload) => asPayloads([payload])),
    asPayloads(chunks),
    asPayloads([slp, Buffer.from(invitation)]),
    asPayloads([Buffer.from("Content-Type: text/x-msnmsgr-datacast\r\n\r\nID: 1\r\n\r\n"), ...recorded.slice(0, 2)]),
  ];
}
