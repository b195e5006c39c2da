/**
 * One request to a SOAP service (protocol reference, appendix E). What went wrong is read from the body and never from
 * the status alone: servers send faults with 200, too.
 */
import type { HttpClient, HttpResponse } from "../net/http.ts";
import { quoteService, quoteText } from "../wire/text.ts";
import { readXml, textAt, type XmlElement, XmlError, type XmlRecords } from "./xml-reader.ts";

export interface SoapCall {
  url: string;
  /** For instance `http://www.msn.com/webservices/AddressBook/FindMembership`. */
  action: string;
  /** XML inside `soap:Header` and `soap:Body`. */
  header: string;
  body: string;
  /** What to do with the elements of the answer. They are told before a fault is noticed, or the end is missed. */
  records: XmlRecords;
  signal?: AbortSignal | undefined;
}

export interface SoapReply {
  /** The host that the service wants to be asked at from now on, perhaps with a port; not checked. */
  preferredHost: string | undefined;
}

/**
 * The service did not do it. `ticket-refused`: a new ticket may help, once. `fault`: it said why, and `code` names it,
 * for instance `FullSyncRequired` or `ContactAlreadyExists`. `unusable`: its answer is none. The message says whose.
 */
export class SoapError extends Error {
  override readonly name = "SoapError";
  readonly kind: "ticket-refused" | "fault" | "unusable";
  readonly code: string | undefined;
  /** The id of what is there already, where the fault is that something is. */
  readonly conflictId: string | undefined;
  constructor(
    kind: SoapError["kind"],
    fault: Pick<Fault, "code" | "conflictId"> | undefined,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
    this.kind = kind;
    this.code = fault?.code;
    this.conflictId = fault?.conflictId;
  }
}

/**
 * Sends the request and reads the answer to its end. Throws SoapError; HttpFailure and the signal's reason pass
 * through. An answer counts only when it holds the action's own element, `<action>Response` or `<action>Result`: an
 * empty page must never pass for an empty address book.
 */
export async function callSoap(http: HttpClient, call: SoapCall): Promise<SoapReply> {
  const response = await http(request(call));
  const read = await readAnswer(response, call);
  const who = `${originOf(call.url)} answered ${nameOf(call.action)}`;
  const { status } = response;
  if (status === 401 || status === 403 || (read.fault && REFUSALS.has(read.fault.code))) {
    throw new SoapError(
      "ticket-refused",
      read.fault,
      `${who} with "${read.fault?.code ?? status}": it refused our ticket`,
    );
  }
  if (read.fault) throw new SoapError("fault", read.fault, `${who} with the fault ${describeFault(read.fault)}`);
  if (read.broken) throw new SoapError("unusable", undefined, describeBroken(who, status, read.broken), read.broken);
  if (status < 200 || status > 299)
    throw new SoapError("unusable", undefined, `${who} with HTTP status ${status} and without saying why`);
  if (!read.isAnswer) throw new SoapError("unusable", undefined, `${who} with XML that is no answer to it`);
  return { preferredHost: read.preferredHost };
}

/** The names of faults that are about the ticket (Escargot, and the mail service's). */
const REFUSALS = new Set(["Forbidden", "AuthenticationFailed", "BadContextToken", "ExpiredContextToken"]);

const ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/";

function request({ url, action, header, body, signal }: SoapCall) {
  return {
    method: "POST" as const,
    url,
    headers: { "Content-Type": "text/xml; charset=utf-8", SOAPAction: `"${action}"` },
    body: `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="${ENVELOPE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soap:Header>${header}</soap:Header><soap:Body>${body}</soap:Body></soap:Envelope>`,
    ...(signal ? { signal } : {}),
  };
}

interface Fault {
  code: string;
  conflictId?: string | undefined;
  words: string | undefined;
}

interface ReadAnswer {
  isAnswer: boolean;
  preferredHost: string | undefined;
  fault: Fault | undefined;
  broken: XmlError | undefined;
}

async function readAnswer({ body }: HttpResponse, { action, records }: SoapCall): Promise<ReadAnswer> {
  const read: ReadAnswer = { isAnswer: false, preferredHost: undefined, fault: undefined, broken: undefined };
  const answered = (tell: ((record: XmlElement) => void) | undefined) => (element: XmlElement) => {
    read.isAnswer = true;
    tell?.(element);
  };
  const response = `${nameOf(action)}Response`;
  const result = `${nameOf(action)}Result`;
  try {
    await readXml(body, {
      ...records,
      [response]: answered(records[response]),
      [result]: answered(records[result]),
      PreferredHostName: ({ text }) => {
        // A copy: a slice would keep the whole answer in memory for as long as the session lives.
        read.preferredHost = Buffer.from(text.trim()).toString() || undefined;
      },
      Fault: (element) => {
        read.fault ??= readFault(element);
      },
    });
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    read.broken = error;
  }
  return read;
}

/** The useful name is an `errorcode` somewhere in the details; some services have it in `faultcode` instead. */
function readFault(fault: XmlElement): Fault {
  const inside = findText(fault, "errorcode");
  const said = inside ?? textAt(fault, "faultcode") ?? textAt(fault, "Code/Value") ?? "";
  const code = said.trim().replace(/^.*:/, "");
  return {
    code: code === "" ? "without a name" : code,
    words: textAt(fault, "faultstring")?.trim() || undefined,
    conflictId: findText(fault, "conflictObjectId"),
  };
}

function findText(element: XmlElement, name: string): string | undefined {
  for (const child of element.children) {
    const found = child.name === name ? child.text.trim() || undefined : findText(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function describeFault({ code, words }: Fault): string {
  return `${quoteText(code)}${words === undefined ? "" : ` (${quoteService(words)})`}`;
}

function describeBroken(who: string, status: number, { code, message }: XmlError): string {
  const withStatus = status === 200 ? "" : ` with HTTP status ${status}`;
  if (code === "empty" && withStatus !== "") return `${who}${withStatus} and nothing else`;
  return `${who}${withStatus}, but its answer ${message}`;
}

function nameOf(action: string): string {
  return action.slice(action.lastIndexOf("/") + 1);
}

/** Without path and query, which may say whose account it is. */
function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : "the service";
}
