/** What messages wait for us, as the server announces it at sign-in and later (protocol reference 4.6). */
import type { OfflineMessageNotice } from "../events.ts";
import { bodyText, contentType, type MimeMessage } from "../wire/mime.ts";
import { decodeWords } from "./encoded-words.ts";
import { parseXml, textAt, type XmlElement, XmlError } from "./xml-reader.ts";

/** `too-large`: more messages than fit; the mail service's metadata has them all. */
export type MailData = { kind: "notices"; notices: readonly OfflineMessageNotice[] } | { kind: "too-large" };

const ANNOUNCEMENTS = new Set(["text/x-msmsgsinitialmdatanotification", "text/x-msmsgsoimnotification"]);

/** What a message of the server's announces; nothing when it announces nothing, or cannot be read. */
export function readMailData(message: MimeMessage): MailData | undefined {
  if (!ANNOUNCEMENTS.has(contentType(message))) return undefined;
  const [, said] = /^Mail-Data:\s*([\s\S]*)/im.exec(bodyText(message)) ?? [];
  if (said === undefined) return undefined;
  if (/^too-large\b/i.test(said)) return { kind: "too-large" };
  const end = said.indexOf("</MD>");
  const notices = end < 0 ? undefined : readNotices(said.slice(0, end + "</MD>".length));
  return notices && { kind: "notices", notices };
}

function readNotices(xml: string): OfflineMessageNotice[] | undefined {
  const notices: OfflineMessageNotice[] = [];
  try {
    parseXml(xml, { M: (element) => collectNotice(element, notices) });
  } catch (error) {
    if (error instanceof XmlError) return undefined;
    throw error;
  }
  return notices;
}

/** `<M>` is one message. Offline messages are of type 11, those sent from a telephone of type 13; others are mail. */
export function collectNotice(element: XmlElement, notices: OfflineMessageNotice[]): void {
  const id = textAt(element, "I")?.trim() ?? "";
  const type = textAt(element, "T")?.trim() ?? "11";
  if (id === "" || (type !== "11" && type !== "13")) return;
  notices.push({
    id,
    from: textAt(element, "E")?.trim().toLowerCase() ?? "",
    fromName: decodeWords(textAt(element, "N")?.trim() ?? ""),
    sentMs: readInstant(textAt(element, "RT")),
  });
}

export function readInstant(text: string | undefined): number | undefined {
  // `16 May 2007 01:49:16.0123 (UTC) FILETIME=[…]` is what the mail service writes.
  const atMs = Date.parse((text ?? "").replace(/\s*\(UTC\).*$/, " UTC").trim());
  return Number.isNaN(atMs) ? undefined : atMs;
}
