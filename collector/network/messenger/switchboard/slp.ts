/**
 * Invitations in packets (MSNSLP, protocol reference 4.5): how later clients ask for a picture, offer a file, a call,
 * a game. We read what is asked for and answer `603 Decline`.
 */
import { readFields } from "../wire/mime.ts";
import type { Invitation } from "./events.ts";
import { applicationNamed, readGuid, shorten } from "./invitations.ts";

export const P2P_TYPE = "application/x-msnmsgrp2p";

const FILE_TRANSFER = "{5D3E02AB-6190-11D3-BBBB-00C04F795683}";
/** The fixed part of a file's context: length, version, size, preview flag, and the name in 550 bytes. */
const FILE_CONTEXT_BYTES = 570;
const FILE_NAME_AT = 20;

export interface SlpInvitation {
  invitation: Invitation;
  branch: string;
  callId: string;
  sequence: number;
  sessionId: string;
}

/** `undefined` for anything but an INVITE that can be answered. */
export function readSlpInvitation(message: Uint8Array): SlpInvitation | undefined {
  const text = Buffer.from(message).toString("latin1");
  const [head = "", ...rest] = text.split("\r\n\r\n");
  if (!/^INVITE MSNMSGR:\S+ MSNSLP\/1\.\d\r\n/i.test(head)) return undefined;
  const fields = readFields(head);
  const body = readFields(rest.join("\r\n\r\n"));
  const branch = readGuid(/branch=(\{[^}]*\})/i.exec(fields.get("via") ?? "")?.[1]);
  const callId = readGuid(fields.get("call-id"));
  const sequence = fields.get("cseq") ?? "";
  const sessionId = body.get("sessionid") ?? "";
  if (branch === "" || callId === "" || !/^\d{1,9}$/.test(sequence)) return undefined;
  const applicationId = readGuid(body.get("euf-guid"));
  const file = applicationId === FILE_TRANSFER ? readFileContext(body.get("context") ?? "") : undefined;
  return {
    invitation: { by: "p2p", application: applicationNamed(applicationId), applicationId, ...(file ? { file } : {}) },
    branch,
    callId,
    sequence: Number(sequence),
    sessionId: /^\d{1,10}$/.test(sessionId) ? sessionId : "0",
  };
}

/** `from`: our account; `to`: theirs. Both as the switchboard spells them. */
export function declineSlp(
  { branch, callId, sequence, sessionId }: SlpInvitation,
  { from, to }: { from: string; to: string },
): Buffer {
  const body = `SessionID: ${sessionId}\r\n\r\n\0`;
  const lines = [
    "MSNSLP/1.0 603 Decline",
    `To: <msnmsgr:${to}>`,
    `From: <msnmsgr:${from}>`,
    `Via: MSNSLP/1.0/TLP ;branch=${branch}`,
    `CSeq: ${sequence + 1}`,
    `Call-ID: ${callId}`,
    "Max-Forwards: 0",
    "Content-Type: application/x-msnmsgr-sessionreqbody",
    `Content-Length: ${body.length}`,
    "",
    body,
  ];
  return Buffer.from(lines.join("\r\n"), "latin1");
}

function readFileContext(base64: string): Invitation["file"] {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length < FILE_NAME_AT) return undefined;
  const size = bytes.readBigUInt64LE(8);
  const name = bytes.subarray(FILE_NAME_AT, FILE_CONTEXT_BYTES).toString("utf16le");
  const [untilNul = ""] = name.split("\0");
  return {
    name: shorten(untilNul),
    sizeBytes: size <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(size) : undefined,
  };
}
