/**
 * Messages left for people who are not signed in, and the service that reads them (protocol reference 4.6). Announcing
 * them is the notification server's part.
 */
import { randomUUID } from "node:crypto";
import { answer, type WebAnswer, XML } from "./exchange.ts";
import { HEAD, type SoapRequest } from "./soap.ts";
import { escapeXml, findAll, textOf } from "./xml.ts";

const RSI = "http://www.hotmail.msn.com/ws/2004/09/oim/rsi";
const LINE_CHARACTERS = 76;

export interface OfflineMessage {
  id: string;
  from: string;
  fromName: string;
  sentMs: number;
  text: string;
}

export class OfflineMessages {
  readonly #boxes = new Map<string, OfflineMessage[]>();

  leave(reader: string, message: Omit<OfflineMessage, "id">): OfflineMessage {
    const kept = { id: randomUUID().toUpperCase(), ...message };
    const address = reader.toLowerCase();
    this.#boxes.set(address, [...this.waitingFor(address), kept]);
    return kept;
  }

  /** Oldest first. */
  waitingFor(reader: string): readonly OfflineMessage[] {
    return this.#boxes.get(reader.toLowerCase()) ?? [];
  }

  /** Ids that are no message's are passed over. */
  forget(reader: string, ids: readonly string[]): void {
    const left = this.waitingFor(reader).filter(({ id }) => !ids.includes(id));
    if (left.length === 0) this.#boxes.delete(reader.toLowerCase());
    else this.#boxes.set(reader.toLowerCase(), left);
  }
}

/** What is announced at sign-in, and what GetMetadata answers with: type 11 is an offline message, state 6 unread. */
export function mailData(messages: readonly OfflineMessage[]): string {
  const entries = messages.map(
    ({ id, from, fromName, sentMs, text }) =>
      `<M><T>11</T><S>6</S><RT>${new Date(sentMs).toISOString()}</RT><RS>0</RS><SZ>${Buffer.byteLength(text)}</SZ><E>${escapeXml(from)}</E><I>${id}</I><F>00000000-0000-0000-0000-000000000009</F><N>${encodedWord(fromName)}</N></M>`,
  );
  // The counts are of mail, which nobody has here.
  return `<MD><E><I>0</I><IU>0</IU><O>0</O><OU>0</OU></E><Q><QTM>409600</QTM><QNM>204800</QNM></Q>${entries.join("")}</MD>`;
}

export function serveOffline(offline: OfflineMessages, request: SoapRequest): WebAnswer | undefined {
  const { action, account, body } = request;
  const waiting = offline.waitingFor(account.address);
  switch (action) {
    case "GetMetadata":
      return reply(action, mailData(waiting));
    case "GetMessage": {
      const id = textOf(body, "messageId")?.toUpperCase();
      const message = waiting.find((one) => one.id === id);
      if (!message) return noSuchMessage();
      return reply(action, `<GetMessageResult>${escapeXml(mail(account.displayAddress, message))}</GetMessageResult>`);
    }
    case "DeleteMessages":
      offline.forget(
        account.address,
        findAll(body, "messageId").map(({ text }) => text.trim().toUpperCase()),
      );
      return reply(action, "");
    default:
      return undefined;
  }
}

/** An RFC-822 text, whole in one: each message is a run of its own. */
function mail(reader: string, { id, from, fromName, sentMs, text }: OfflineMessage): string {
  const sent = new Date(sentMs);
  const body = Buffer.from(text, "utf8").toString("base64");
  return [
    "X-Message-Info: sandbox",
    `From: ${encodedWord(fromName)} <${from}>`,
    `To: ${reader}`,
    "Subject:",
    `Date: ${sent.toUTCString().replace("GMT", "+0000")}`,
    "X-OIM-originatingSource: 127.0.0.1",
    "X-OIMProxy: MSNMSGR",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=UTF-8",
    "Content-Transfer-Encoding: base64",
    "X-OIM-Message-Type: OfflineMessage",
    `X-OIM-Run-Id: {${id}}`,
    "X-OIM-Sequence-Num: 1",
    `X-OriginalArrivalTime: ${sent.toISOString().replace("T", " ").replace("Z", "")} (UTC)`,
    "",
    ...(body.match(new RegExp(`.{1,${LINE_CHARACTERS}}`, "g")) ?? []),
    "",
  ].join("\r\n");
}

function encodedWord(text: string): string {
  return `=?utf-8?B?${Buffer.from(text, "utf8").toString("base64")}?=`;
}

function reply(action: string, body: string): WebAnswer {
  return answer(
    200,
    XML,
    `${HEAD}<soap:Body><${action}Response xmlns="${RSI}">${body}</${action}Response></soap:Body></soap:Envelope>`,
  );
}

function noSuchMessage(): WebAnswer {
  return answer(
    500,
    XML,
    `${HEAD}<soap:Body><soap:Fault><faultcode>soap:Client</faultcode><faultstring>The message was not found in the OIM folder</faultstring><faultactor>${RSI}/GetMessage</faultactor></soap:Fault></soap:Body></soap:Envelope>`,
  );
}
