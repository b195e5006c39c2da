import fc from "fast-check";
import { expect, test } from "vitest";
import type { ListName } from "../../../../collector/network/messenger/events.ts";
import { ContactList } from "../../../../collector/network/messenger/lists/contact-list.ts";
import {
  editCommands,
  editPayloads,
  type ListEdit,
  planEdit,
} from "../../../../collector/network/messenger/lists/edits.ts";
import { LIST_BITS, listsOfBits } from "../../../../collector/network/messenger/lists/list-bits.ts";
import { readListNews } from "../../../../collector/network/messenger/lists/news.ts";
import { readTranscript } from "../../../helpers/transcript.ts";

const BOB = { address: "bob@x.com", name: "Bob B" };

/** What is sent for an edit, as lines without transaction numbers. */
function lines(
  method: "rows-by-list" | "rows-by-contact" | "rows-with-guids",
  edit: ListEdit,
  lists: readonly ListName[],
  contactId?: string,
): string[] {
  const commands = editCommands(method, planEdit(edit, { lists }), { ...BOB, contactId });
  return commands.map(({ verb, params }) => [verb, ...params].join(" "));
}

test.each<[ListEdit, ListName[], string[]]>([
  ["watch", [], ["ADD FL bob@x.com Bob%20B", "ADD AL bob@x.com Bob%20B"]],
  ["watch", ["block"], ["ADD FL bob@x.com Bob%20B"]],
  ["watch", ["forward", "allow"], []],
  ["stop-watching", ["forward", "allow"], ["REM FL bob@x.com"]],
  ["stop-watching", ["allow"], []],
  ["allow", ["forward", "block"], ["REM BL bob@x.com", "ADD AL bob@x.com Bob%20B"]],
  ["block", ["forward", "allow"], ["REM AL bob@x.com", "ADD BL bob@x.com Bob%20B"]],
  ["block", ["block"], []],
])("MSNP2 to 9: %s somebody on %s", (edit, lists, sent) => {
  expect(lines("rows-by-list", edit, lists)).toEqual(sent);
  expect(lines("rows-by-contact", edit, lists)).toEqual(sent);
});

test.each<[ListEdit, ListName[], string[]]>([
  ["watch", ["pending"], ["REM PL bob@x.com", "ADC FL N=bob@x.com F=Bob%20B", "ADC AL N=bob@x.com"]],
  ["stop-watching", ["forward", "allow"], ["REM FL 6bd736b8-dc18-44c6-ad61-8cd12d641e79"]],
  ["allow", ["block"], ["REM BL bob@x.com", "ADC AL N=bob@x.com"]],
  ["block", ["allow"], ["REM AL bob@x.com", "ADC BL N=bob@x.com"]],
])("MSNP10 to 12: %s somebody on %s", (edit, lists, sent) => {
  expect(lines("rows-with-guids", edit, lists, "6bd736b8-dc18-44c6-ad61-8cd12d641e79")).toEqual(sent);
});

test("nothing that is in an address or a name ends a parameter", () => {
  const plan = { leave: [], join: ["forward"] } as const;
  expect(editCommands("rows-by-list", plan, { address: "a b@x.com", name: "50%\r\n" })[0]?.params).toEqual([
    "FL",
    "a%20b@x.com",
    "50%25%0D%0A",
  ]);
  expect(editCommands("rows-by-list", plan, { address: "tel:+1555" })[0]?.params).toEqual([
    "FL",
    "tel:+1555",
    "tel:+1555",
  ]);
});

test("MSNP13 on: the server is told what left and what joined, as far as that is ours to tell", () => {
  const text = ({ rml, adl }: ReturnType<typeof editPayloads>) => [rml.map(String), adl.map(String)];
  const bob = { address: "bob@x.com", network: 1 };
  expect(text(editPayloads(planEdit("watch", { lists: ["pending", "reverse"] }), bob))).toEqual([
    [],
    ['<ml><d n="x.com"><c n="bob" l="3" t="1"/></d></ml>'],
  ]);
  expect(text(editPayloads(planEdit("block", { lists: ["allow"] }), bob))).toEqual([
    ['<ml><d n="x.com"><c n="bob" l="2" t="1"/></d></ml>'],
    ['<ml><d n="x.com"><c n="bob" l="4" t="1"/></d></ml>'],
  ]);
});

test.each(["13", "15", "16", "18"])("MSNP%s: the payload of the recorded client", (number) => {
  const dave = readTranscript(`msnp${number}-contact-add-remove`).find(({ who }) => who === "dave");
  const sent = dave?.steps.find((step) => step.kind === "client" && step.verb === "ADL");
  const { adl } = editPayloads(planEdit("watch", undefined), { address: "carol@example.com", network: 1 });
  expect(sent?.kind === "client" && String(sent.bytes)).toBe(`ADL 6 58\r\n${adl}`);
});

test("an edit, once the server has confirmed it, leaves nothing to be edited, and nobody both allowed and blocked", () => {
  const edits = fc.constantFrom<ListEdit>("watch", "stop-watching", "allow", "block");
  const methods = fc.constantFrom("rows-by-list", "rows-with-guids" as const);
  fc.assert(
    fc.property(edits, methods, fc.integer({ min: 0, max: 31 }), (edit, method, bits) => {
      const lists = new ContactList();
      const before = method === "rows-by-list" ? bits & ~LIST_BITS.pending : bits;
      lists.put({ ...BOB, contactId: "6bd736b8-dc18-44c6-ad61-8cd12d641e79" }, before);
      const contactId = lists.contactIdOf(BOB.address);
      for (const { verb, params } of editCommands(method, planEdit(edit, { lists: listsOfBits(before) }), {
        ...BOB,
        contactId,
      })) {
        const reply =
          verb === "ADD" || (verb === "REM" && method === "rows-by-list")
            ? [params[0], "9", ...params.slice(1)]
            : params;
        readListNews({ verb, params: ["5", ...(reply as string[])] }, lists, "me@x.com");
      }
      const after = lists.find(BOB.address);
      expect(planEdit(edit, after)).toEqual({ leave: [], join: [] });
      if (edit === "allow" || edit === "block")
        expect(after?.lists.includes("allow")).not.toBe(after?.lists.includes("block"));
    }),
    { seed: 1863 },
  );
});
