import fc from "fast-check";
import { expect, test } from "vitest";
import type { ListedContact, ListName } from "../../../../collector/network/messenger/events.ts";
import { bitsOfLists, listsOfBits } from "../../../../collector/network/messenger/lists/list-bits.ts";
import { changeMl, initialMl, readMl } from "../../../../collector/network/messenger/lists/ml.ts";
import { readTranscript } from "../../../helpers/transcript.ts";

function contact(address: string, lists: readonly ListName[], network = 1): ListedContact {
  return { address, displayAddress: address, network, name: "", lists, groups: [] };
}

function text(payloads: readonly Buffer[]): string[] {
  return payloads.map(String);
}

test("everyone is told by domain, with no white space", () => {
  const payloads = initialMl([
    contact("bob@x.com", ["forward", "allow", "reverse"]),
    contact("al@y.org", ["forward", "block"]),
    contact("zoe@x.com", ["allow"]),
  ]);
  expect(text(payloads)).toEqual([
    '<ml l="1"><d n="x.com"><c n="bob" l="3" t="1"/><c n="zoe" l="2" t="1"/></d><d n="y.org"><c n="al" l="5" t="1"/></d></ml>',
  ]);
});

test.each<[ListName[], number | undefined]>([
  [["forward"], 3],
  [["forward", "pending"], 1],
  [["forward", "pending", "allow"], 3],
  [["forward", "allow", "block"], 5],
  [["allow", "block"], 4],
  [["block", "reverse"], 4],
  [["allow", "reverse"], 2],
  [["reverse"], undefined],
  [["pending"], undefined],
])("somebody on %s is told as %s", (lists, bits) => {
  const [payload] = text(initialMl([contact("bob@x.com", lists)]));
  expect(/l="(\d)" t/.exec(payload ?? "")?.[1]).toBe(bits === undefined ? undefined : String(bits));
});

test("an empty list is one empty payload; a change that names nobody is none", () => {
  expect(text(initialMl([]))).toEqual(['<ml l="1"></ml>']);
  expect(text(initialMl([contact("bob@x.com", ["reverse"])]))).toEqual(['<ml l="1"></ml>']);
  expect(changeMl([])).toEqual([]);
});

test("telephones stand in a place of their own, other networks by their number, and what is no address nowhere", () => {
  const payloads = initialMl([
    contact("tel:+15551234", ["forward", "allow"], 4),
    contact("kim@yahoo.com", ["forward", "allow"], 32),
    contact("nonsense", ["forward"]),
    contact("@x.com", ["forward"]),
    contact("bob@", ["forward"]),
  ]);
  expect(text(payloads)).toEqual([
    '<ml l="1"><t><c n="tel:+15551234" l="3"/></t><d n="yahoo.com"><c n="kim" l="3" t="32"/></d></ml>',
  ]);
});

test("a change has no l of its own", () => {
  const bob = { address: "bob@x.com", network: 1, bits: 2 };
  expect(text(changeMl([bob]))).toEqual(['<ml><d n="x.com"><c n="bob" l="2" t="1"/></d></ml>']);
});

test("whatever the list: payloads within their limits that say everyone once, and never allow with block", () => {
  const address = fc
    .tuple(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }),
      fc.constantFrom("x.com", "y.org", "例え.jp", "a&b"),
    )
    .map(([user, domain]) => `${user.replace(/[@\p{Cc}\uFFFE\uFFFF]/gu, "")}x@${domain}`.toLowerCase());
  const person = fc.record({ address, bits: fc.integer({ min: 1, max: 31 }), network: fc.constantFrom(1, 32, 4) });
  const people = fc.uniqueArray(person, { maxLength: 400, selector: (one) => `${one.network}:${one.address}` });
  fc.assert(
    fc.property(people, (all) => {
      const contacts = all.map(({ bits, network, ...one }) => contact(one.address, listsOfBits(bits), network));
      const payloads = initialMl(contacts);
      const read = payloads.map(readMl);
      for (const [at, payload] of payloads.entries()) {
        expect(payload.length).toBeLessThanOrEqual(7300);
        expect(read[at]?.length).toBeLessThanOrEqual(150);
        expect(String(payload)).toMatch(
          /^<ml l="1">(<d n=[^<>]*>(<c [^<>]*\/>)+<\/d>|<t>(<c [^<>]*\/>)+<\/t>)*<\/ml>$/,
        );
      }
      const told = read.flat();
      for (const { bits } of told) expect([1, 2, 3, 4, 5]).toContain(bits);
      const expected = contacts.filter(({ lists }) => bitsOfLists(lists) & 7);
      const spell = (one: { network: number; address: string }) => `${one.network}:${one.address}`;
      expect(told.map(spell).sort()).toEqual(expected.map(spell).sort());
    }),
    { seed: 1863, numRuns: 60 },
  );
});

test("150 people go in one payload, the next one opens another", () => {
  const people = Array.from({ length: 151 }, (_, at) => contact(`p${at}@x.com`, ["forward"]));
  expect(initialMl(people).map((payload) => readMl(payload).length)).toEqual([150, 1]);
});

test("the server's payloads: somebody adds us, circles, telephones", () => {
  expect(readMl(Buffer.from('<ml><d n="x.com"><c n="zoe" t="1" l="8" f="Zo%C3%AB%20É" /></d></ml>'))).toEqual([
    { address: "zoe@x.com", network: 1, bits: 8, name: "Zoë É", isCircle: false },
  ]);
  const other =
    '<ml>\r\n <d n="live.com"><c n="00000000-0000-0000-0009-0123456789ab" t="9" l="1"/></d><t><c n="tel:+1" l="1"/></t></ml>';
  expect(readMl(Buffer.from(other))).toMatchObject([{ isCircle: true }, { address: "tel:+1", network: 4, bits: 1 }]);
});

test("an error names the people whom the server does not know", () => {
  expect(readMl(Buffer.from('<ml><d n="x.com"><c n="nobody" t="1"/><c/></d><d><c n="a"/></d></ml>'))).toMatchObject([
    { address: "nobody@x.com", network: 1, bits: 0 },
  ]);
});

test("a payload that is cut off or is no XML names nobody", () => {
  const payload = Buffer.from('<ml><d n="x.com"><c n="zoe" t="1" l="8" f="Zoe" /></d></ml>');
  for (let end = 0; end < payload.length; end++) expect(readMl(payload.subarray(0, end))).toEqual([]);
  expect(readMl(Buffer.from("205"))).toEqual([]);
});

test.each(["msnp13", "msnp15", "msnp16", "msnp18"])("%s: our payload is the recorded one, byte for byte", (dialect) => {
  const alice = readTranscript(`${dialect}-presence`).find(({ who }) => who === "alice");
  const sent = alice?.steps.find((step) => step.kind === "client" && step.verb === "ADL");
  if (sent?.kind !== "client") throw new Error("alice sent no ADL");
  const people = ["bob", "carol", "dave", "logger"].map((name) =>
    contact(`${name}@example.com`, ["forward", "allow", "reverse"]),
  );
  expect(sent.bytes.toString()).toBe(`ADL 7 140\r\n${text(initialMl(people))[0]}`);
});
