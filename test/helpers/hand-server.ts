/**
 * Notification servers of every dialect, played by hand as the protocol reference shows them (appendix D), with the web
 * services that belong to them. `handle` gets each line first and returns true when it has dealt with it.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { rstAnswer } from "../unit/messenger/auth/token-answers.ts";
import { serveHttp } from "./http-server.ts";
import type { Peer } from "./raw-server.ts";

export const NONCE = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v";
const CHALLENGE = "ct=1,rver=1,wp=FS_40SEC_0_COMPACT,lc=1,id=1";
const GROUP = "124153dc-a695-4f6c-93e8-8e07c9775251";

export interface HandStage {
  dialect: number;
  /** What follows the echo of CHG; `N` stands for its transaction number. */
  snapshot?: readonly string[];
  handle?(line: string, payload: Buffer | undefined): boolean;
}

/** Everyone has bob on every list and zoe on the reverse list. */
export function actAs(peer: Peer, { dialect, snapshot = [], handle }: HandStage): void {
  peer.onLine = (line, payload) => {
    if (handle?.(line, payload)) return;
    const [verb = "", trId = "", ...params] = line.split(" ");
    switch (verb) {
      case "VER":
        return peer.say(`VER ${trId} MSNP${dialect}`);
      case "INF":
        return peer.say(`INF ${trId} MD5`);
      case "CVR":
        return peer.say(`CVR ${trId} 8.5.1302 8.5.1302 8.1.0178 http://d http://i`);
      case "USR":
        return peer.say(...answerToUser(dialect, trId, params));
      case "SYN":
        return peer.say(...answerToSync(dialect, trId));
      case "BLP":
        return peer.say(line);
      case "ADL":
      case "RML":
        return peer.say(`${verb} ${trId} OK`);
      case "UUX":
        return peer.say(`UUX ${trId} 0`);
      case "CHG":
        return peer.say(line, ...snapshot.map((one) => one.replace(" N ", ` ${trId} `)));
      case "PNG":
        return peer.say(dialect < 9 ? "QNG" : "QNG 60");
      case "OUT":
        return peer.hangUp();
    }
  };
}

function answerToUser(dialect: number, trId: string, [method = "", step]: readonly string[]): string[] {
  if (step === "I") {
    if (method === "MD5") return [`USR ${trId} MD5 S 1013928519.693957190`];
    // The empty line behind a payload means nothing to anybody.
    const policies = dialect < 13 ? [] : ["GCF 0 21\r\n<Policies></Policies>"];
    return [...policies, `USR ${trId} ${method} S ${method === "SSO" ? `MBI_KEY_OLD ${NONCE}` : CHALLENGE}`];
  }
  const ok = `USR ${trId} OK me@x.com`;
  if (dialect < 6) return [`${ok} My%20Name`];
  if (dialect < 8) return [`${ok} My%20Name 1`];
  if (dialect < 10) return [`${ok} My%20Name 1 0`];
  return [`${ok} 1 0`, ...(dialect < 11 ? [] : ["SBS 0 null"])];
}

function answerToSync(dialect: number, trId: string): string[] {
  if (dialect < 8) {
    const rows = ["FL", "AL"].map(
      (list) => `LST ${trId} ${list} 5 1 1 bob@x.com Bob${dialect === 7 && list === "FL" ? " 3" : ""}`,
    );
    const groups = dialect === 7 ? [`LSG ${trId} 5 1 1 3 Work 0`] : [];
    return [
      `SYN ${trId} 5`,
      `GTC ${trId} 5 A`,
      `BLP ${trId} 5 AL`,
      ...groups,
      ...rows,
      `LST ${trId} BL 5 0 0`,
      `LST ${trId} RL 5 1 2 bob@x.com Bob`,
      `LST ${trId} RL 5 2 2 zoe@x.com Zoe`,
    ];
  }
  if (dialect < 10) {
    const rows = ["LST bob@x.com Bob 11 3", "BPR PHH 1%20222", "LST zoe@x.com Zoe 8"];
    return [`SYN ${trId} 12 2 1`, "GTC A", "BLP AL", "LSG 3 Work 0", ...rows];
  }
  const stamp = "2026-01-01T00:00:00.0000000-07:00";
  const network = dialect === 12 ? "1 " : "";
  return [
    `SYN ${trId} ${stamp} ${stamp} 2 1`,
    "GTC A",
    "BLP AL",
    "PRP MFN My%20Name",
    `LSG Work ${GROUP}`,
    `LST N=bob@x.com F=Bob C=6bd736b8-dc18-44c6-ad61-8cd12d641e79 11 ${network}${GROUP}`,
    `LST N=zoe@x.com F=Zoe 8${dialect === 12 ? " 1" : ""}`,
  ];
}

/** What was asked of the web services, in order: `GET /rdr/pprdr.asp`, `POST /RST.srf`, `POST FindMembership`. */
export interface HandServices {
  urls: { nexus: string; rst: string; addressBook: string; sharing: string; offlineMessages: string };
  asked: string[];
  /** Counts the tickets that were issued; each is called `t=ticket-<n>&p=`. */
  issued(): number;
}

export type Answer = (request: { path: string; body: string }, response: ServerResponse) => boolean;

/** `answer` gets each request first and returns true when it has dealt with it. */
export async function serveHand(answer?: Answer): Promise<HandServices> {
  const asked: string[] = [];
  let count = 0;
  const { origin } = await serveHttp(async (request, response) => {
    const body = await bodyOf(request);
    const path = request.url ?? "";
    const action = /"[^"]*\/(\w+)"/.exec(String(request.headers.soapaction ?? ""))?.[1];
    asked.push(`${request.method} ${action ?? path}`);
    if (answer?.({ path: action ?? path, body }, response)) return;
    switch (action ?? path) {
      case "/rdr/pprdr.asp":
        return response.setHeader("PassportURLs", `DALogin=${origin}/login`).end();
      case "/login": {
        const ticket = `t=ticket-${++count}&p=`;
        const info = `Passport1.4 da-status=success,from-PP='${ticket}'`;
        return response.setHeader("Authentication-Info", info).end();
      }
      case "/RST.srf":
        return response.end(tokens(`t=ticket-${++count}&p=`));
      case "FindMembership":
        return response.end(MEMBERSHIPS);
      case "ABFindAll":
      case "ABFindContactsPaged":
        return response.end(book(action as string));
      default:
        return response.writeHead(404).end();
    }
  });
  const urls = {
    nexus: `${origin}/rdr/pprdr.asp`,
    rst: `${origin}/RST.srf`,
    addressBook: `${origin}/abservice/abservice.asmx`,
    sharing: `${origin}/abservice/SharingService.asmx`,
    offlineMessages: `${origin}/rsi/rsi.asmx`,
  };
  return { urls, asked, issued: () => count };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString("utf8");
}

function tokens(value: string): string {
  const secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
  return rstAnswer([
    { domain: "messengerclear.live.com", value, secret },
    { domain: "messenger.msn.com", value },
    { domain: "contacts.msn.com", value },
  ]);
}

function envelope(body: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soap:Body>${body}</soap:Body></soap:Envelope>`;
}

const member = (address: string) =>
  `<Member xsi:type="PassportMember"><PassportName>${address}</PassportName></Member>`;
const membership = (role: string, ...addresses: string[]) =>
  `<Membership><MemberRole>${role}</MemberRole><Members>${addresses.map(member).join("")}</Members></Membership>`;

const MEMBERSHIPS = envelope(
  `<FindMembershipResponse xmlns="http://www.msn.com/webservices/AddressBook"><FindMembershipResult><Services><Service><Memberships>${membership("Allow", "bob@x.com")}${membership("Reverse", "bob@x.com", "zoe@x.com")}</Memberships><Info><Handle><Type>Messenger</Type></Handle></Info></Service></Services></FindMembershipResult></FindMembershipResponse>`,
);

const contact = (address: string, name: string, type = "Live") =>
  `<Contact><contactId>6bd736b8-dc18-44c6-ad61-8cd12d641e79</contactId><contactInfo><contactType>${type}</contactType><passportName>${address}</passportName><displayName>${name}</displayName><isMessengerUser>${type === "Live"}</isMessengerUser><groupIds><guid>${GROUP}</guid></groupIds></contactInfo></Contact>`;

/** `others`: more people to watch. */
export function book(action: string, ...others: string[]): string {
  const people = [
    contact("me@x.com", "My Name", "Me"),
    contact("bob@x.com", "Bob"),
    ...others.map((one) => contact(one, one)),
  ];
  return envelope(
    `<${action}Response xmlns="http://www.msn.com/webservices/AddressBook"><${action}Result><groups><Group><groupId>${GROUP}</groupId><groupInfo><name>Work</name></groupInfo></Group></groups><contacts>${people.join("")}</contacts></${action}Result></${action}Response>`,
  );
}
