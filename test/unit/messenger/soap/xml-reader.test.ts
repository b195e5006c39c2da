import fc from "fast-check";
import { expect, test } from "vitest";
import {
  elementsAt,
  parseXml,
  readXml,
  textAt,
  textsAt,
  type XmlElement,
  XmlError,
} from "../../../../collector/network/messenger/soap/xml-reader.ts";

/** Each record's `name` leaf, in the order in which the records were handed over. */
function namesIn(xml: string | Uint8Array, record = "Contact"): (string | undefined)[] {
  const names: (string | undefined)[] = [];
  parseXml(xml, { [record]: (element) => names.push(textAt(element, "name")) });
  return names;
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function failure(xml: string | Uint8Array): XmlError {
  try {
    parseXml(xml, { Contact: () => undefined });
  } catch (error) {
    if (error instanceof XmlError) return error;
    throw error;
  }
  throw new Error("this was read without an error");
}

test("records are found by local name, whatever their prefix and depth", () => {
  const xml = `<?xml version="1.0"?><s:E xmlns:s="a"><b:Contact xmlns:b="b"><b:name>Bob</b:name></b:Contact><x><Contact><name>Al &amp; Co</name></Contact></x></s:E>`;
  expect(namesIn(xml)).toEqual(["Bob", "Al & Co"]);
});

test("a record's leaves are read by path, the first or all of them, and what is not there is undefined", () => {
  const contacts: XmlElement[] = [];
  const record = { Contact: (element: XmlElement) => void contacts.push(element) };
  parseXml(`<e><Contact i:nil="false"><g>\n\t<id>1</id>\n\t<id>2</id></g><n> </n><empty/></Contact></e>`, record);
  const contact = contacts[0] as XmlElement;
  expect(textsAt(contact, "g/id")).toEqual(["1", "2"]);
  expect(textAt(contact, "g/id")).toBe("1");
  expect(textAt(contact, "n")).toBe(" ");
  expect(textAt(contact, "g")).toBe("");
  expect(textAt(contact, "empty")).toBe("");
  expect(textAt(contact, "g/name")).toBeUndefined();
  expect(elementsAt(contact, "nothing/at/all")).toEqual([]);
  expect(contact.attributes).toEqual({ nil: "false" });
});

test("a record inside a record is handed over first and is no child of the outer one", () => {
  const told: string[] = [];
  parseXml("<e><Role><Member><n>1</n></Member><Member><n>2</n></Member><kind>Allow</kind></Role></e>", {
    Member: (member) => told.push(`member ${textAt(member, "n")}`),
    Role: (role) => told.push(`${textAt(role, "kind")}, ${role.children.length} child`),
  });
  expect(told).toEqual(["member 1", "member 2", "Allow, 1 child"]);
});

test("CDATA and entities are text, comments are not", () => {
  expect(namesIn("<e><Contact><name>a&#x1F388;<![CDATA[<b>&]]><!-- no -->&lt;</name></Contact></e>")).toEqual([
    "a🎈<b>&<",
  ]);
});

test("what people have in their names does not make a document unreadable", () => {
  const bytes = Buffer.concat([
    Buffer.from("<e><Contact><name>a\u0001&#2;"),
    Buffer.from([0xff]),
    Buffer.from("</name></Contact></e>"),
  ]);
  expect(namesIn(bytes)).toEqual(["a\uFFFD&#2;\uFFFD"]);
});

test("any cut of the bytes gives the same records", async () => {
  const bytes = Buffer.from("<e>\r\n<Contact><name>Zoë 🎈 &amp; \r\n Co</name></Contact><Contact/></e>");
  for (let size = 1; size <= bytes.length; size++) {
    const names: (string | undefined)[] = [];
    await readXml(inPieces(bytes, size), { Contact: (contact) => names.push(textAt(contact, "name")) });
    expect(names).toEqual(["Zoë 🎈 & \n Co", undefined]);
  }
});

test("a document cut off anywhere is refused, and says so", () => {
  const xml = Buffer.from("<e a='1'><Contact><name>Bob &amp; Al</name></Contact></e>");
  expect(failure(xml.subarray(0, 0))).toMatchObject({ code: "empty", message: "is empty where XML should be" });
  for (let end = 1; end < xml.length; end++) expect(failure(xml.subarray(0, end)).code).toBe("truncated");
  expect(failure(xml.subarray(0, 30)).message).toBe("ends in the middle (after <name>)");
});

test.each([
  ["a web page", "<!DOCTYPE html><html></html>", "malformed", "has a DOCTYPE, as a web page and no service's XML has"],
  ["words", "Bad Gateway", "malformed", "is no well-formed XML: text data outside of root node"],
  ["tags that cross", "<a><b></a></b>", "malformed", "is no well-formed XML: unexpected close tag (after <b>)"],
  ["an entity of its own", "<a>&nbsp;</a>", "malformed", "is no well-formed XML: undefined entity (after <a>)"],
  ["no end of depth", "<a>".repeat(65), "too-large", "has more than 64 elements inside one another"],
  ["no end of children", `<Contact>${"<a/>".repeat(50_001)}`, "too-large", "has an entry of more than 50000 elements"],
])("%s is refused", (_, xml, code, message) => {
  expect(failure(xml)).toMatchObject({ code, message });
});

test("a body without end is refused when it is too long", async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("<a>");
    for (;;) yield Buffer.alloc(1000, " ");
  }
  await expect(readXml(endless(), {}, { maxBytes: 10_000 })).rejects.toThrow("is longer than 10000 bytes");
});

test("an error of the body itself passes through", async () => {
  const cause = new Error("the line broke");
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("<a>");
    throw cause;
  }
  await expect(readXml(broken(), {})).rejects.toBe(cause);
});

test("any bytes at all give records or one XmlError", () => {
  const pieces = fc.constantFrom(
    "<",
    ">",
    "</",
    "/>",
    "<a",
    "</a>",
    "<Contact>",
    "</Contact>",
    "&",
    ";",
    "&#",
    '"',
    "=",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string({ unit: "binary" }))), (parts) => {
      try {
        parseXml(parts.join(""), { Contact: () => undefined });
      } catch (error) {
        expect(error).toBeInstanceOf(XmlError);
      }
    }),
    { seed: 1863, numRuns: 1000 },
  );
});
