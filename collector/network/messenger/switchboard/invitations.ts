/**
 * Invitations in words (`text/x-msmsgsinvite`, protocol reference 4.4): to take a file, to talk, to draw together.
 * We do none of it, and say so.
 */
import type { Invitation } from "./events.ts";

export const INVITE_TYPE = "text/x-msmsgsinvite";

/** Names for those who did not say one; clients translate theirs. */
const APPLICATIONS: Readonly<Record<string, string>> = {
  "{5D3E02AB-6190-11D3-BBBB-00C04F795683}": "File Transfer",
  "{44BBA842-CC51-11CF-AAFA-00AA00B6015C}": "NetMeeting",
  "{02D3C01F-BF30-4825-A83A-DE7AF41648AA}": "Voice conversation",
  "{A4268EEC-FEC5-49E5-95C3-F126696BDBF6}": "Display picture",
};

const MAX_NAME_CHARACTERS = 260;

export interface ReadInvitation {
  invitation: Invitation;
  cookie: string;
}

/** An INVITE; `undefined` for the other commands, and for one without a cookie, which nobody can answer. */
export function readInvitation(fields: ReadonlyMap<string, string>): ReadInvitation | undefined {
  const cookie = fields.get("invitation-cookie") ?? "";
  if (fields.get("invitation-command")?.toUpperCase() !== "INVITE" || !/^\d{1,10}$/.test(cookie)) return undefined;
  const applicationId = readGuid(fields.get("application-guid"));
  const name = fields.get("application-file");
  return {
    cookie,
    invitation: {
      by: "text",
      application: shorten(fields.get("application-name") ?? "") || applicationNamed(applicationId),
      applicationId,
      ...(name === undefined
        ? {}
        : { file: { name: shorten(name), sizeBytes: readSize(fields.get("application-filesize")) } }),
    },
  };
}

export function declineInvitation(cookie: string): { headers: Record<string, string>; body: string } {
  const lines = [
    "Invitation-Command: CANCEL",
    `Invitation-Cookie: ${cookie}`,
    "Cancel-Code: REJECT_NOT_INSTALLED",
    "",
    "",
  ];
  return {
    headers: { "MIME-Version": "1.0", "Content-Type": `${INVITE_TYPE}; charset=UTF-8` },
    body: lines.join("\r\n"),
  };
}

export function applicationNamed(id: string): string {
  return APPLICATIONS[id] ?? "";
}

/** With braces, upper-cased; empty for anything else. */
export function readGuid(text: string | undefined): string {
  const guid = text?.trim().toUpperCase() ?? "";
  return /^\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$/.test(guid) ? guid : "";
}

export function shorten(name: string): string {
  return name.slice(0, MAX_NAME_CHARACTERS).toWellFormed();
}

function readSize(text: string | undefined): number | undefined {
  const size = text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(size) ? size : undefined;
}
