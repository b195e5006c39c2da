/** One sign-in in each of the shapes that the dialects have, line by line (protocol reference, appendix D). */
import { describe, expect, test } from "vitest";
import { actAs, serveHand } from "../../../helpers/hand-server.ts";
import { HandSession } from "../../../helpers/hand-session.ts";
import { RawServer } from "../../../helpers/raw-server.ts";
import { TestClock } from "../../../helpers/test-clock.ts";

const ubx = (line: string, text: string) => `${line} ${Buffer.byteLength(text)}\r\n${text}`;
const AT_WORK = "<Data><PSM>at work</PSM><CurrentMedia></CurrentMedia></Data>";
const CVR = (version: string) => `CVR 2 0x0409 winnt 5.1 i386 MSNMSGR ${version} MSMSGS me@x.com`;
const TOLD_BY_ROWS = ["signed-in", "lists", "own-presence HDN", "presence bob@x.com AWY"];
const TOLD_LATER = ["signed-in", "own-name My Name", "lists", "own-presence HDN", "presence bob@x.com AWY"];
const END = ["snapshot-complete", "pong"];

interface Scene {
  dialect: number;
  snapshot: string[];
  heard: (string | RegExp)[];
  told: string[];
  asked: string[];
}

const NEXUS = ["GET /rdr/pprdr.asp", "GET /login"];
const SOAP = (book: string) => ["POST /RST.srf", "POST FindMembership", `POST ${book}`];

const SCENES: Scene[] = [
  {
    dialect: 2,
    snapshot: ["ILN N AWY bob@x.com Bob"],
    heard: [
      "VER 1 MSNP2 CVR0",
      "INF 2",
      "USR 3 MD5 I me@x.com",
      "USR 4 MD5 S 7f919fab309532df353c901430df36fa",
      "SYN 5 0",
      "CHG 6 HDN",
      "PNG",
    ],
    told: [...TOLD_BY_ROWS, ...END],
    asked: [],
  },
  {
    dialect: 8,
    snapshot: ["ILN N AWY bob@x.com Bob 268435492"],
    heard: [
      "VER 1 MSNP8 CVR0",
      /^CVR 2 0x0409 winnt 5\.1 i386 MSMSGS 5\.0\.0544 MSMSGS me@x\.com$/,
      "USR 3 TWN I me@x.com",
      "USR 4 TWN S t=ticket-1&p=",
      "SYN 5 0",
      "CHG 6 HDN 32",
      "PNG",
    ],
    told: [...TOLD_BY_ROWS, ...END],
    asked: NEXUS,
  },
  {
    dialect: 11,
    snapshot: ["ILN N AWY bob@x.com Bob 1073741856 0", ubx("UBX bob@x.com", AT_WORK)],
    heard: [
      "VER 1 MSNP11 CVR0",
      CVR("7.0.0813"),
      "USR 3 TWN I me@x.com",
      "USR 4 TWN S t=ticket-1&p=",
      "SYN 5 0 0",
      "CHG 6 HDN 1073741856",
      "PNG",
    ],
    told: [...TOLD_LATER, "details bob@x.com", ...END],
    asked: NEXUS,
  },
  {
    dialect: 12,
    snapshot: ["ILN N AWY bob@x.com Bob 1073741856 0"],
    heard: [
      "VER 1 MSNP12 CVR0",
      CVR("7.5.0324"),
      "USR 3 TWN I me@x.com",
      "USR 4 TWN S t=ticket-1&p=",
      "SYN 5 0 0",
      "CHG 6 HDN 1342177312",
      "PNG",
    ],
    told: [...TOLD_LATER, ...END],
    asked: ["POST /RST.srf"],
  },
  {
    dialect: 13,
    snapshot: ["ILN N AWY bob@x.com Bob 1073741856 0"],
    heard: [
      "VER 1 MSNP13 CVR0",
      CVR("8.0.0812"),
      "USR 3 TWN I me@x.com",
      "USR 4 TWN S t=ticket-1&p=",
      /^ADL 5 \d+$/,
      "CHG 6 HDN 1610612768",
      "PNG",
    ],
    told: [...TOLD_LATER, ...END],
    asked: SOAP("ABFindAll"),
  },
  {
    dialect: 15,
    snapshot: ["ILN N AWY bob@x.com 1 Bob 2147483680", ubx("UBX bob@x.com 1", AT_WORK)],
    heard: [
      "VER 1 MSNP15 CVR0",
      CVR("8.5.1302"),
      "USR 3 SSO I me@x.com",
      /^USR 4 SSO S t=ticket-1&p= [\w+/=]{172}$/,
      /^ADL 5 \d+$/,
      "CHG 6 HDN 2147483680",
      "PNG",
    ],
    told: [...TOLD_LATER, "details bob@x.com", ...END],
    asked: SOAP("ABFindAll"),
  },
  {
    dialect: 16,
    snapshot: ["ILN N AWY bob@x.com 1 Bob 2684354592:48 0", "NLN HDN me@x.com 1 My%20Name 2684354592:48 0"],
    heard: [
      "VER 1 MSNP16 CVR0",
      CVR("14.0.8117"),
      "USR 3 SSO I me@x.com",
      /^USR 4 SSO S t=ticket-1&p= [\w+/=]{172} \{11111111-2222-3333-4444-555555555555\}$/,
      /^ADL 5 \d+$/,
      /^UUX 6 \d+$/,
      "UUX 7 128",
      "CHG 8 HDN 2415919136:0 0",
      "PNG",
    ],
    told: [...TOLD_LATER, "own-presence HDN My Name", ...END],
    asked: SOAP("ABFindContactsPaged"),
  },
  {
    dialect: 18,
    snapshot: [
      "NLN AWY 1:bob@x.com Bob 2684354592:48 0",
      ubx("UBX 1:bob@x.com", AT_WORK),
      "NLN HDN 1:me@x.com My%20Name 2684354592:48 0",
      ubx(
        "UBX 1:me@x.com",
        `<Data><PSM></PSM><CurrentMedia></CurrentMedia><EndpointData id="{11111111-2222-3333-4444-555555555555}"><Capabilities>2684354592:48</Capabilities></EndpointData></Data>`,
      ),
      "NLN NLN 1:zoe@x.com;via=9:00000000-0000-0000-0009-000000000000@live.com Zoe 2684354592:48 0",
    ],
    heard: [
      "VER 1 MSNP18 CVR0",
      CVR("14.0.8117"),
      "USR 3 SSO I me@x.com",
      /^USR 4 SSO S t=ticket-1&p= [\w+/=]{172} \{11111111-2222-3333-4444-555555555555\}$/,
      /^ADL 5 \d+$/,
      /^UUX 6 \d+$/,
      "UUX 7 128",
      "CHG 8 HDN 2684354592:0 0",
      "PNG",
    ],
    told: [
      ...TOLD_LATER,
      "details bob@x.com",
      "own-presence HDN My Name",
      "own-details",
      "circle-presence zoe@x.com NLN",
      ...END,
    ],
    asked: SOAP("ABFindContactsPaged"),
  },
];

describe.each(SCENES)("MSNP$dialect", ({ dialect, snapshot, heard, told, asked }) => {
  test("signs in, tells the lists before any presence, and the end of the snapshot behind it", async () => {
    const clock = new TestClock();
    const services = await serveHand();
    await using server = await RawServer.listen({ clock, serve: (peer) => actAs(peer, { dialect, snapshot }) });
    await using scene = new HandSession({ port: server.port, clock, services: services.urls, dialects: [dialect] });
    await scene.watching();
    expect(server.peer.heard).toEqual(heard.map((one) => (typeof one === "string" ? one : expect.stringMatching(one))));
    expect(scene.words).toEqual(told);
    expect(services.asked).toEqual(asked);
    expect(scene.told.find(({ kind }) => kind === "lists")).toEqual({
      kind: "lists",
      contacts: [
        expect.objectContaining({ address: "bob@x.com", name: "Bob", lists: ["forward", "allow", "reverse"] }),
        expect.objectContaining({ address: "zoe@x.com", lists: ["reverse"] }),
      ],
    });
  });
});
