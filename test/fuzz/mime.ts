import { deepStrictEqual } from "node:assert/strict";
import { decodeWords } from "../../collector/network/messenger/soap/encoded-words.ts";
import { readMailData } from "../../collector/network/messenger/soap/mail-data.ts";
import { parseOfflineMessage } from "../../collector/network/messenger/soap/offline-messages.ts";
import {
  bodyText,
  contentType,
  formatMime,
  readFields,
  readMime,
} from "../../collector/network/messenger/wire/mime.ts";
import { recordedPayloads } from "./recorded.ts";

/** Any bytes are a message; what was read, written again, is the same message. */
export function fuzz(data: Uint8Array): void {
  const message = readMime(data);
  contentType(message);
  const text = bodyText(message);
  readFields(text);
  readMailData(message);
  decodeWords(text);
  parseOfflineMessage("1", text);
  const writable = [...message.headers].filter(([name]) => /^[!-9;-~]+$/.test(name));
  const again = readMime(formatMime(Object.fromEntries(writable), message.body));
  deepStrictEqual(Uint8Array.from(again.body), Uint8Array.from(message.body));
  // A lone CR ends no line when reading, and could end one elsewhere.
  const expected = writable.map(([name, value]) => [name, value.replace(/\r+/g, " ")] as const);
  deepStrictEqual(new Map(again.headers), new Map(expected));
}

export function seeds(): Uint8Array[] {
  const mail =
    "From: =?utf-8?B?Wm/Dqw==?= <a@x.com>\r\nDate: Mon, 23 Nov 2026 10:00:00 GMT\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\nX-OIM-Run-Id: {11}\r\nX-OIM-Sequence-Num: 1\r\n\r\naGk=";
  const data =
    "Content-Type: text/x-msmsgsoimnotification; charset=UTF-8\r\n\r\nMail-Data: <MD><E><I>0</I></E><M><T>11</T><S>6</S><RT>2026-11-22T10:00:00Z</RT><E>a@x.com</E><I>1</I><N>=?utf-8?B?Wm/Dqw==?=</N></M></MD>\r\n";
  return [...recordedPayloads(/^MSG$/), Buffer.from(mail), Buffer.from(data)];
}
