/** The server's own messages, `MSG Hotmail Hotmail` (protocol reference 4.1). */
import type { Said } from "./events.ts";
import { readMailData } from "./soap/mail-data.ts";
import { bodyText, contentType, type MimeMessage, readFields, readMime } from "./wire/mime.ts";

/** What a message of the server's has to tell; nothing for those that do not concern us. */
export function readNotice(payload: Uint8Array): Said | "too-many-offline-messages" | undefined {
  const message = readMime(payload);
  switch (contentType(message)) {
    case "application/x-msmsgssystemmessage":
      return readSystemMessage(readFields(bodyText(message)));
    default:
      return readAnnouncement(message);
  }
}

/** Messages that were left for us while nobody was signed in. */
function readAnnouncement(message: MimeMessage): Said | "too-many-offline-messages" | undefined {
  const data = readMailData(message);
  if (data?.kind === "too-large") return "too-many-offline-messages";
  if (data?.kind !== "notices" || data.notices.length === 0) return undefined;
  return { kind: "offline-messages", notices: data.notices };
}

/** `Type: 1` announces that the server goes down in `Arg1` minutes. */
function readSystemMessage(fields: ReadonlyMap<string, string>): Said | undefined {
  const minutes = fields.get("arg1") ?? "";
  if (fields.get("type") !== "1" || !/^\d{1,5}$/.test(minutes)) return undefined;
  return { kind: "maintenance", inMinutes: Number(minutes) };
}
