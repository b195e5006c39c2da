/** Messages that were left for us, read and deleted at the mail service (protocol reference 4.6). */
import type { OfflineMessageNotice } from "../events.ts";
import type { HttpClient } from "../net/http.ts";
import type { ServiceUrls } from "../services.ts";
import { bodyText, readMime } from "../wire/mime.ts";
import { escapeXml } from "../wire/xml.ts";
import { callSoap, SoapError } from "./call.ts";
import { decodeWords } from "./encoded-words.ts";
import { collectNotice, readInstant } from "./mail-data.ts";
import { type ServiceTickets, withTicket } from "./with-ticket.ts";
import type { XmlRecords } from "./xml-reader.ts";

export interface OfflineMessage {
  id: string;
  /** Lower-cased. */
  from: string;
  fromName: string;
  /** UTC epoch milliseconds; undefined when the message does not say. */
  sentMs: number | undefined;
  text: string;
  /** Messages that were written one after the other have the same run, and count within it from 1. */
  runId: string | undefined;
  sequence: number;
}

export interface OfflineParts {
  http: HttpClient;
  services: Pick<ServiceUrls, "offlineMessages">;
  tickets: ServiceTickets;
}

const NAMESPACE = "http://www.hotmail.msn.com/ws/2004/09/oim/rsi";

/** All that wait: for when there are too many to announce. Throws as `callSoap` and the tickets do. */
export async function findOfflineMessages(parts: OfflineParts, signal?: AbortSignal): Promise<OfflineMessageNotice[]> {
  const notices: OfflineMessageNotice[] = [];
  const records = { M: (element: Parameters<typeof collectNotice>[0]) => collectNotice(element, notices) };
  await call(parts, { name: "GetMetadata", body: "", records, signal });
  return notices;
}

/**
 * The messages with these ids, in the order in which they were written; those that are not there any more are left out.
 * They stay at the service until they are deleted. Throws as `callSoap` and the tickets do.
 */
export async function readOfflineMessages(
  parts: OfflineParts,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<OfflineMessage[]> {
  const messages: OfflineMessage[] = [];
  for (const id of ids) {
    const mail = await readMail(parts, id, signal);
    if (mail !== undefined) messages.push(parseOfflineMessage(id, mail));
  }
  return inOrder(messages);
}

/** Throws as `callSoap` and the tickets do. Ids that are no message's are nothing to worry about. */
export async function deleteOfflineMessages(
  parts: OfflineParts,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  if (ids.length === 0) return;
  const body = `<messageIds>${ids.map((id) => `<messageId>${escapeXml(id)}</messageId>`).join("")}</messageIds>`;
  await call(parts, { name: "DeleteMessages", body, records: {}, signal });
}

async function readMail(parts: OfflineParts, id: string, signal?: AbortSignal): Promise<string | undefined> {
  let mail: string | undefined;
  const body = `<messageId>${escapeXml(id)}</messageId><alsoMarkAsRead>false</alsoMarkAsRead>`;
  const records: XmlRecords = {
    GetMessageResult: ({ text }) => {
      mail = text;
    },
  };
  try {
    await call(parts, { name: "GetMessage", body, records, signal });
  } catch (error) {
    // Deleted at another place: "the message was not found in the OIM folder".
    if (!(error instanceof SoapError) || error.kind !== "fault") throw error;
  }
  return mail;
}

interface Action {
  name: string;
  body: string;
  records: XmlRecords;
  signal: AbortSignal | undefined;
}

function call({ http, services, tickets }: OfflineParts, { name, body, records, signal }: Action): Promise<unknown> {
  return withTicket(
    tickets,
    "messenger.msn.com",
    ({ value }) =>
      callSoap(http, {
        url: services.offlineMessages,
        action: `${NAMESPACE}/${name}`,
        header: cookie(value),
        body: `<${name} xmlns="${NAMESPACE}">${body}</${name}>`,
        records,
        signal,
      }),
    signal,
  );
}

/** The two halves of a ticket, `t=…&p=…`. */
function cookie(ticket: string): string {
  const [, t = ticket, p = ""] = /^t=(.*?)(?:&p=(.*))?$/s.exec(ticket) ?? [];
  return `<PassportCookie xmlns="${NAMESPACE}"><t>${escapeXml(t)}</t><p>${escapeXml(p)}</p></PassportCookie>`;
}

/** One message, from the mail that it is kept as. */
export function parseOfflineMessage(id: string, mail: string): OfflineMessage {
  const message = readMime(Buffer.from(mail));
  const { headers } = message;
  const [, name, address] = /^(.*?)\s*<([^<>]*)>\s*$/s.exec(headers.get("from") ?? "") ?? [];
  const isBase64 = /^base64$/i.test(headers.get("content-transfer-encoding")?.trim() ?? "");
  const body = isBase64 ? Buffer.from(Buffer.from(message.body).toString("latin1"), "base64") : message.body;
  return {
    id,
    from: (address ?? headers.get("from") ?? "").trim().toLowerCase(),
    fromName: decodeWords(name ?? "").replace(/^"(.*)"$/s, "$1"),
    sentMs: readInstant(headers.get("date")) ?? readInstant(headers.get("x-originalarrivaltime")),
    text: bodyText({ headers, body }),
    runId: headers.get("x-oim-run-id")?.trim() || undefined,
    sequence: Number.parseInt(headers.get("x-oim-sequence-num") ?? "", 10) || 1,
  };
}

/** Runs by when they began, and in a run one after the other: clocks of senders and servers differ, counts do not. */
export function inOrder(messages: readonly OfflineMessage[]): OfflineMessage[] {
  const runs = new Map<string, OfflineMessage[]>();
  for (const message of messages) {
    const run = message.runId === undefined ? message.id : `${message.from} ${message.runId}`;
    const known = runs.get(run);
    if (known) known.push(message);
    else runs.set(run, [message]);
  }
  const inTime = (one: OfflineMessage[]) => Math.min(...one.map(({ sentMs }) => sentMs ?? Number.POSITIVE_INFINITY));
  return [...runs.values()]
    .map((run) => ({ run, beganMs: inTime(run) }))
    .sort((one, other) => compare(one.beganMs, other.beganMs))
    .flatMap(({ run }) => run.sort((one, other) => one.sequence - other.sequence));
}

/** Infinity less Infinity is no number. */
function compare(one: number, other: number): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
