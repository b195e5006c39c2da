import fc from "fast-check";
import { expect, test } from "vitest";
import { type MlContact, readMl, writeMl } from "../../../collector/sandbox/ml.ts";

const read = (text: string) => readMl(Buffer.from(text));

test("people are read by domain, in either kind of quotes", () => {
  expect(
    read(`<ml l='1'><d n='x.com'><c n='Bob' l='3' t='1'/></d><d n="y.org"><c n="al" l="4" t="1"/></d></ml>`),
  ).toEqual({
    isInitial: true,
    contacts: [
      { address: "bob@x.com", bits: 3 },
      { address: "al@y.org", bits: 4 },
    ],
  });
});

test("an empty list is no problem", () => {
  expect(read('<ml l="1"></ml>')).toEqual({ isInitial: true, contacts: [] });
});

test.each([
  ['<ml><d n="x.com"></d></ml>', "240"],
  ["<ml>", "241"],
  ["<other/>", "241"],
  ["", "241"],
  ['<ml><d n="x.com">\r\n<c n="bob" l="1"/></d></ml>', "241"],
  ['<ml><d n="x.com"><c n="bob" l="16"/></d></ml>', "241"],
])("%s is a problem with number %s", (text, code) => {
  const problem = read(text);
  expect("problem" in problem && problem.problem.code).toBe(code);
});

test("what was written is read back, domain by domain", () => {
  const part = fc.string({ unit: fc.constantFrom(..."ab.&<\"'é-"), minLength: 1, maxLength: 6 });
  const contact = fc.record({ user: part, domain: part, bits: fc.constantFrom(1, 2, 3, 4, 5) });
  fc.assert(
    fc.property(fc.array(contact, { maxLength: 20 }), (made) => {
      const contacts: MlContact[] = made.map(({ user, domain, bits }) => ({ address: `${user}@${domain}`, bits }));
      const back = read(writeMl(contacts));
      const sorted = (all: readonly MlContact[]) => all.map(({ address, bits }) => `${address} ${bits}`).sort();
      expect("contacts" in back && sorted(back.contacts)).toEqual(sorted(contacts));
    }),
    { seed: 18 },
  );
});
