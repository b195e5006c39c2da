import { expect, test } from "vitest";
import { ContactList } from "../../../../collector/network/messenger/lists/contact-list.ts";
import { readListNews } from "../../../../collector/network/messenger/lists/news.ts";
import { FrameDecoder, SERVER_PAYLOAD_VERBS } from "../../../../collector/network/messenger/wire/frame.ts";
import { readTranscript } from "../../../helpers/transcript.ts";

const ME = "me@x.com";
const BOB_ID = "6bd736b8-dc18-44c6-ad61-8cd12d641e79";
const WORK_ID = "124153dc-a695-4f6c-93e8-8e07c9775251";

/** What the lines said about `list`: `address: before -> after (groups)`, and the own name. */
function hear(list: ContactList, ...lines: string[]): string[] {
  const decoder = new FrameDecoder(SERVER_PAYLOAD_VERBS);
  const told: string[] = [];
  for (const frame of lines.flatMap((line) => [...decoder.push(Buffer.from(`${line}\r\n`))])) {
    const news = readListNews(frame, list, ME);
    const changes = [...(news?.changes ?? []), ...list.takeRegrouped()];
    for (const { contact, wasOn } of changes) {
      told.push(`${contact.address}: ${wasOn} -> ${contact.lists} (${contact.groups})`);
    }
    if (news?.ownName !== undefined) told.push(`own name: ${news.ownName}`);
  }
  return told;
}

function payload(verb: string, xml: string): string {
  return `${verb} 0 ${Buffer.byteLength(xml)}\r\n${xml}`;
}

test("MSNP2 to MSNP9: people and groups, ours and those made elsewhere", () => {
  const list = new ContactList();
  list.putGroup("0", "Other");
  expect(
    hear(
      list,
      "ADD 30 FL 259 Bob@x.com Bob%20B 0",
      "ADG 40 263 Work%20mates 5 0",
      "ADD 31 FL 264 bob@x.com Bob 5",
      "ADD 31 FL 264 bob@x.com Bob 5",
      "ADD 0 RL 265 zoe@x.com Zoe",
      "REG 42 266 5 Jobs 0",
      "RMG 43 267 5",
      "REM 32 FL 268 bob@x.com 0",
      "REM 0 RL 269 zoe@x.com",
    ),
  ).toEqual([
    "bob@x.com:  -> forward ()",
    "bob@x.com: forward -> forward (Work mates)",
    "zoe@x.com:  -> reverse ()",
    "bob@x.com: forward -> forward (Jobs)",
    "bob@x.com: forward -> forward ()",
    "bob@x.com: forward ->  ()",
    "zoe@x.com: reverse ->  ()",
  ]);
});

test("MSNP10 to MSNP12: people by address or by id, groups by GUID; leaving the last group is not leaving the list", () => {
  const list = new ContactList();
  expect(
    hear(
      list,
      `ADC 30 FL N=bob@x.com F=Bob C=${BOB_ID}`,
      `ADG 31 Work ${WORK_ID} 0`,
      `ADC 32 FL C=${BOB_ID} ${WORK_ID}`,
      "ADC 33 AL N=bob@x.com",
      `REG 34 Jobs ${WORK_ID} 0`,
      `REG 35 1 Fun ${WORK_ID} 0`,
      `REG 36 ${WORK_ID} Play 0`,
      `REM 37 FL ${BOB_ID} ${WORK_ID}`,
      `REM 38 FL ${BOB_ID}`,
      "REM 39 AL bob@x.com",
      "ADC 0 PL N=zoe@x.com F=Zoe",
      `RMG 40 1 ${WORK_ID}`,
    ),
  ).toEqual([
    "bob@x.com:  -> forward ()",
    "bob@x.com: forward -> forward (Work)",
    "bob@x.com: forward -> forward,allow (Work)",
    "bob@x.com: forward,allow -> forward,allow (Jobs)",
    "bob@x.com: forward,allow -> forward,allow (Fun)",
    "bob@x.com: forward,allow -> forward,allow (Play)",
    "bob@x.com: forward,allow -> forward,allow ()",
    "bob@x.com: forward,allow -> allow ()",
    "bob@x.com: allow ->  ()",
    "zoe@x.com:  -> pending ()",
  ]);
});

test("MSNP13 on: payloads; circles are no people, and the answers to ours are no news", () => {
  const list = new ContactList();
  const circle = '<ml><d n="live.com"><c n="00000000-0000-0000-0009-0123456789ab" t="9" l="8"/></d></ml>';
  expect(
    hear(
      list,
      `${payload("ADL", '<ml><d n="x.com"><c n="zoe" t="1" l="8" f="Zoe" /></d></ml>')}ADL 6 OK`,
      payload("ADL", circle),
      payload("ADL", "<ml"),
      `${payload("RML", '<ml><d n="x.com"><c n="zoe" t="1" l="8" /></d></ml>')}RML 7 OK`,
    ),
  ).toEqual(["zoe@x.com:  -> reverse ()", "zoe@x.com: reverse ->  ()"]);
});

test("names: our own in three spellings, and other people's", () => {
  const list = new ContactList();
  hear(list, `ADC 30 FL N=bob@x.com F=Bob C=${BOB_ID}`);
  expect(
    hear(list, "REA 25 256 Me@x.com New%20Name", "PRP 26 MFN Newer", "PRP 26 257 PHH 555", "PRP MFN Newest"),
  ).toEqual(["own name: New Name", "own name: Newer", "own name: Newest"]);
  hear(list, "REA 0 257 bob@x.com Bobby");
  expect(list.find("bob@x.com")?.name).toBe("Bobby");
  hear(list, `SBP 28 ${BOB_ID} MFN Bob%20B`);
  expect(list.find("bob@x.com")?.name).toBe("Bob B");
  hear(list, "BPR 258 bob@x.com MFN Rob", "BPR bob@x.com PHH 555", "BPR 9 PHH");
  expect(list.find("bob@x.com")?.name).toBe("Rob");
});

test("a removal from another list, of a stranger, or of an unknown id changes nothing", () => {
  const list = new ContactList();
  hear(list, "ADD 30 FL 259 bob@x.com Bob");
  expect(hear(list, "REM 31 AL 260 bob@x.com", "REM 32 FL 261 zoe@x.com", `REM 33 FL ${BOB_ID}`)).toEqual([]);
  expect(
    hear(
      list,
      "ADD 31 FL",
      "ADC 32 FL",
      "ADC 33 XX N=a@x.com",
      "REM",
      "REM 34 FL",
      "RMG 1",
      "REG 2",
      "ADG 3",
      "REA 4",
      "PRP",
      "BPR MFN",
    ),
  ).toEqual([]);
});

test("frames about anything else are nobody's news", () => {
  const list = new ContactList();
  for (const verb of ["NLN", "CHG", "LST", "RNG"]) expect(readListNews({ verb, params: [] }, list, ME)).toBeUndefined();
  expect(readListNews({ verb: "BLP", params: ["21", "BL"] }, list, ME)).toEqual({ changes: [] });
});

test.each(["13", "15", "16", "18"])("MSNP%s: dave's coming and going, as recorded", (number) => {
  const carol = readTranscript(`msnp${number}-contact-add-remove`).find(({ who }) => who === "carol");
  const decoder = new FrameDecoder(SERVER_PAYLOAD_VERBS);
  const list = new ContactList();
  const frames = (carol?.steps ?? []).flatMap((step) => (step.kind === "server" ? [...decoder.push(step.bytes)] : []));
  const changes = frames.flatMap((frame) => readListNews(frame, list, "carol@example.com")?.changes ?? []);
  expect(changes).toMatchObject([
    { wasOn: [], contact: { address: "dave@example.com", name: "Dave D", lists: ["reverse"] } },
    { wasOn: ["reverse"], contact: { address: "dave@example.com", lists: [] } },
  ]);
});
