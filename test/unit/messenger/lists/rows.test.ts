import fc from "fast-check";
import { expect, test } from "vitest";
import { dialectNamed, type ListsMethod } from "../../../../collector/network/messenger/dialects.ts";
import { ContactList } from "../../../../collector/network/messenger/lists/contact-list.ts";
import { readListNews } from "../../../../collector/network/messenger/lists/news.ts";
import { RowsReader, syncParams } from "../../../../collector/network/messenger/lists/rows.ts";
import { type Frame, FrameDecoder, SERVER_PAYLOAD_VERBS } from "../../../../collector/network/messenger/wire/frame.ts";
import { type Conversation, readTranscript } from "../../../helpers/transcript.ts";

/** What a reader makes of an answer to SYN: the lists, and after which of the lines it was complete. */
function read(method: ListsMethod, ...lines: string[]) {
  const list = new ContactList();
  const reader = new RowsReader(method, list);
  let completeAfter: string | undefined;
  for (const line of lines) {
    reader.read(frameOf(line));
    if (reader.isComplete) completeAfter ??= line;
  }
  return { list, reader, contacts: list.contacts(), completeAfter };
}

function frameOf(line: string): Frame {
  const [frame] = [...new FrameDecoder(SERVER_PAYLOAD_VERBS).push(Buffer.from(`${line}\r\n`))];
  if (!frame) throw new Error(`not a line: ${line}`);
  return frame;
}

test("MSNP2: one row for each list, complete with the last row of the reverse list", () => {
  const last = "LST 8 RL 255 1 1 dora@x.com Dora";
  const { contacts, completeAfter } = read(
    "rows-by-list",
    "SYN 8 255",
    "GTC 8 255 A",
    "BLP 8 255 AL",
    "PRP 8 255 PHH 123%20(4567)",
    "LST 8 FL 255 1 2 Bob@X.com Bob%20B.",
    "BPR 255 Bob@X.com PHH 1%20222",
    "LST 8 FL 255 2 2 al@x.com Al",
    "LST 8 AL 255 1 1 bob@x.com Bob",
    "LST 8 BL 255 0 0",
    last,
  );
  expect(contacts).toMatchObject([
    { displayAddress: "Bob@X.com", name: "Bob B.", network: 1, lists: ["forward", "allow"], groups: [] },
    { address: "al@x.com", lists: ["forward"] },
    { address: "dora@x.com", lists: ["reverse"] },
  ]);
  expect(completeAfter).toBe(last);
});

test("MSNP2: complete with the mark of an empty reverse list; and a list that was never touched is not sent", () => {
  expect(read("rows-by-list", "SYN 8 255", "LST 8 BL 255 0 0", "LST 8 RL 255 0 0").completeAfter).toBe(
    "LST 8 RL 255 0 0",
  );
  expect(read("rows-by-list", "SYN 8 255", "LST 8 RL 255 1 2 bob@x.com Bob").completeAfter).toBeUndefined();
  expect(read("rows-by-list", "SYN 8 0").completeAfter).toBe("SYN 8 0");
});

test("MSNP7: groups come by name; a group that nobody announced is left out, and so is the one for everybody else", () => {
  const { contacts } = read(
    "rows-by-list",
    "LSG 8 255 1 2 0 Other%20Contacts 0",
    "LSG 8 255 2 2 3 Work 0",
    "LST 8 FL 255 1 1 bob@x.com Bob 0,3,7",
  );
  expect(contacts[0]?.groups).toEqual(["Work"]);
});

test("MSNP8: one row for each person, complete when all that the header counted has come", () => {
  const last = "LST zoe@x.com Zoe%20%F0%9F%8E%88 8";
  const { contacts, completeAfter } = read(
    "rows-by-contact",
    "SYN 8 15 3 2",
    "GTC A",
    "BLP AL",
    "PRP PHH 123",
    "LSG 0 Other%20Contacts 0",
    "LSG 1 Work 0",
    "LST bob@x.com Bob 11 0,1",
    "BPR PHH 1%20222",
    "LST carl@x.com Carl 4 0",
    last,
    "BPR PHH 5",
  );
  expect(contacts).toMatchObject([
    { address: "bob@x.com", lists: ["forward", "allow", "reverse"], groups: ["Work"] },
    { address: "carl@x.com", lists: ["block"], groups: [] },
    { address: "zoe@x.com", name: "Zoe 🎈", lists: ["reverse"] },
  ]);
  expect(completeAfter).toBe(last);
});

test.each([
  ["rows-by-contact", "SYN 8 0", "SYN 8 12 0 0", "SYN 8 12"],
  ["rows-with-guids", "SYN 8 0 0", "SYN 8 2005-04-23T18:57:44.8130000-07:00 0 0 0", "SYN 8 2000-01-01T00:00:00 0"],
] as const)(
  "%s: nothing follows when the server says what we sent, or counts nothing",
  (method, same, none, neither) => {
    expect(read(method, same).completeAfter).toBe(same);
    expect(read(method, none).completeAfter).toBe(none);
    expect(read(method, neither).completeAfter).toBeUndefined();
  },
);

test("MSNP8: somebody without a name, and somebody whose name is a number", () => {
  const { contacts } = read(
    "rows-by-contact",
    "SYN 8 15 3 1",
    "LSG 0 Other 0",
    "LST bob@x.com  11 0",
    "LST ed@x.com 7 2",
    "LST al@x.com 11 3 0",
  );
  expect(contacts).toMatchObject([
    { address: "bob@x.com", name: "", groups: [] },
    { address: "ed@x.com", name: "7", lists: ["allow"] },
    { address: "al@x.com", name: "11", lists: ["forward", "allow"], groups: [] },
  ]);
});

const WORK = "124153dc-a695-4f6c-93e8-8e07c9775251";
const BOB_ID = "6bd736b8-dc18-44c6-ad61-8cd12d641e79";

test.each([
  ["MSNP10", "13", `LSG Work ${WORK}`],
  ["MSNP12", "13 1", `LSG ${WORK} Work`],
])("%s: rows with prefixes, in any order and with some missing; groups in either order", (_, bits, group) => {
  const last = "LST F=Kim 16";
  const { list, contacts, reader, completeAfter } = read(
    "rows-with-guids",
    "SYN 8 2005-04-23T18:57:44.8130000-07:00 2005-04-23T18:57:54.2070000-07:00 4 1",
    "GTC A",
    "BLP AL",
    "PRP MFN My%20Name",
    "PRP MBE N",
    group,
    `LST N=bob@x.com F=Bob C=${BOB_ID.toUpperCase()} ${bits} ${WORK.toUpperCase()}`,
    "LST F=Fred N=fred@x.com 2",
    "LST N=ann@x.com 8 ",
    last,
  );
  expect(contacts).toMatchObject([
    { address: "bob@x.com", name: "Bob", network: 1, lists: ["forward", "block", "reverse"], groups: ["Work"] },
    { address: "fred@x.com", name: "Fred", lists: ["allow"] },
    { address: "ann@x.com", name: "", lists: ["reverse"] },
  ]);
  expect(reader.ownName).toBe("My Name");
  expect(list.addressOf(BOB_ID)).toBe("bob@x.com");
  // The last row names nobody; it was counted all the same.
  expect(completeAfter).toBe(last);
});

test("a name that comes after its row is taken over; telephone numbers are not names", () => {
  const { contacts } = read(
    "rows-with-guids",
    "LST N=bob@x.com F=Bob C=6bd736b8-dc18-44c6-ad61-8cd12d641e79 11",
    "BPR MFN Bobby",
    "BPR bob@x.com PHH 555",
  );
  expect(contacts[0]?.name).toBe("Bobby");
});

test("lines cut short, and lines of other commands, are not mistaken for people", () => {
  const { contacts, completeAfter } = read(
    "rows-by-list",
    "LST 8 FL 255 1 1",
    "LST 8 FL",
    "LSG 8 255",
    "LST 8 XX 1 1 1 a@x.com A",
  );
  expect(contacts).toEqual([]);
  expect(completeAfter).toBeUndefined();
  expect(read("rows-by-contact", "LST", "LST bob@x.com", "LSG 0").contacts).toEqual([]);
  expect(new RowsReader("rows-by-list", new ContactList()).read(frameOf("CHG 5 NLN"))).toBe(false);
});

/** The frames that the server sent in a recorded conversation. */
function framesOf({ steps }: Conversation): Frame[] {
  const decoder = new FrameDecoder(SERVER_PAYLOAD_VERBS);
  return steps.flatMap((step) => (step.kind === "server" ? [...decoder.push(step.bytes)] : []));
}

function conversation(recording: string, who: string): Conversation {
  const found = readTranscript(recording).find((one) => one.who === who && one.server === "notification");
  if (!found) throw new Error(`${recording} has no ${who}`);
  return found;
}

/** The lists as they were told in answer to SYN, and what of them was news later. */
function replay(recording: string, who: string) {
  const { address, dialect, ...rest } = conversation(recording, who);
  const method = dialectNamed(dialect)?.lists as ListsMethod;
  const list = new ContactList();
  const reader = new RowsReader(method, list);
  const news: string[] = [];
  let ownName: string | undefined;
  let atFirst: ReturnType<ContactList["contacts"]> = [];
  for (const frame of framesOf({ address, dialect, ...rest })) {
    if (!reader.isComplete) {
      reader.read(frame);
      if (reader.isComplete) atFirst = list.contacts();
      continue;
    }
    const said = readListNews(frame, list, address);
    for (const { contact, wasOn } of said?.changes ?? []) news.push(`${contact.address}: ${wasOn} -> ${contact.lists}`);
    ownName = said?.ownName ?? ownName;
  }
  return { isComplete: reader.isComplete, atFirst, news, ownName: ownName ?? reader.ownName };
}

const RECORDED = ["02", "04", "07", "08", "09", "11", "12"];

test.each(RECORDED)("MSNP%s: the recorded lists are read as they were", (number) => {
  const alice = replay(`msnp${number}-presence`, "alice");
  expect(alice.isComplete).toBe(true);
  const groups = Number(number) >= 7 ? ["Friends", "Work mates"] : [undefined, undefined];
  const lists = ["forward", "allow", "reverse"];
  expect(alice.atFirst).toMatchObject([
    { address: "bob@example.com", name: "Bob B", lists, groups: groups[0] ? [groups[0]] : [] },
    { address: "carol@example.com", name: "Carol C", lists, groups: groups[1] ? [groups[1]] : [] },
    { address: "dave@example.com", name: "Dave D", lists, groups: [] },
    { address: "logger@example.com", name: "Logger", lists, groups: [] },
  ]);
  const bob = replay(`msnp${number}-presence`, "bob");
  expect(bob.atFirst.find(({ address }) => address === "carol@example.com")?.lists).toEqual(["block"]);
  expect(bob.ownName).toBe("Bob É renamed%20x");
});

test.each(RECORDED)("MSNP%s: recorded people come and go", (number) => {
  const recording = `msnp${number}-contact-add-remove`;
  expect(replay(recording, "carol").news).toEqual(["dave@example.com:  -> reverse", "dave@example.com: reverse -> "]);
  const before11 = [
    "carol@example.com:  -> forward",
    "carol@example.com: forward -> forward,allow",
    "carol@example.com: forward,allow -> forward,allow,block",
    "carol@example.com: forward,allow,block -> forward,block",
    "carol@example.com: forward,block -> forward",
    "carol@example.com: forward -> ",
  ];
  const from11 = [
    ...before11.slice(0, 3),
    "carol@example.com: forward,allow,block -> forward,allow",
    "carol@example.com: forward,allow -> allow",
    "carol@example.com: allow -> ",
  ];
  expect(replay(recording, "dave").news).toEqual(Number(number) >= 11 ? from11 : before11);
});

test("a list of any people survives being told as rows, whatever the order of the rows", () => {
  const person = fc.record({
    user: fc.stringMatching(/^[a-z0-9._-]{1,20}$/),
    name: fc.string({ unit: "grapheme", minLength: 1 }),
    bits: fc.integer({ min: 1, max: 31 }),
    weight: fc.nat(),
  });
  fc.assert(
    fc.property(fc.uniqueArray(person, { selector: ({ user }) => user }), (people) => {
      const rows = people.map(({ user, name, bits }) => `LST N=${user}@x.com F=${encodeURIComponent(name)} ${bits}`);
      const shuffled = rows
        .map((row, at) => ({ row, weight: people[at]?.weight ?? 0 }))
        .sort((a, b) => a.weight - b.weight)
        .map(({ row }) => row);
      const { list, completeAfter } = read("rows-with-guids", `SYN 8 a b ${people.length} 0`, ...shuffled);
      expect(completeAfter).toBe(shuffled.at(-1) ?? "SYN 8 a b 0 0");
      for (const { user, name, bits } of people) {
        const contact = list.find(`${user}@x.com`);
        expect(contact?.name).toBe(name);
        expect(contact?.lists).toHaveLength(bits.toString(2).replaceAll("0", "").length);
      }
    }),
    { seed: 1863 },
  );
});

test("SYN asks for everything with one number, or with two timestamps", () => {
  expect(syncParams("rows-by-list")).toEqual(["0"]);
  expect(syncParams("rows-by-contact")).toEqual(["0"]);
  expect(syncParams("rows-with-guids")).toEqual(["0", "0"]);
});
