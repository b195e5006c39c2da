import fc from "fast-check";
import { SaxesParser } from "saxes";
import { expect, test } from "vitest";
import {
  elementsAt,
  parseXml,
  readXml,
  textAt,
  textsAt,
  withFields,
  type XmlElement,
  XmlError,
  XmlReader,
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

test("of a record with fields only those are kept, and what is in the others is no part of it", () => {
  const told: XmlElement[] = [];
  const xml =
    '<e><Contact><id>1</id><x a="1">no<id>2</id><x><id>3</id></x></x><info><y/><name>Al<![CDATA[ & Co]]></name>no</info></Contact></e>';
  parseXml(xml, { Contact: withFields("id info name", (contact) => told.push(contact)) });
  expect(told).toMatchObject([
    {
      children: [
        { name: "id", text: "1" },
        { name: "info", text: "", children: [{ name: "name", text: "Al & Co" }] },
      ],
    },
  ]);
  expect(textsAt(told[0] as XmlElement, "id")).toEqual(["1"]);
});

test("a record is found inside an element that the record around it does not want", () => {
  const told: string[] = [];
  parseXml("<Role><all><x><Member><all>no</all><n>1</n></Member></x><kind>no</kind></all><kind>Allow</kind></Role>", {
    Member: withFields("n", (member) => told.push(`member ${textAt(member, "n")}`)),
    Role: withFields("kind", (role) => told.push(`${textsAt(role, "kind")}, ${role.children.length} child`)),
  });
  expect(told).toEqual(["member 1", "Allow, 1 child"]);
});

test("fields that nobody wants still have to be XML", () => {
  const read = (xml: string) => () => parseXml(xml, { Contact: withFields("id", () => undefined) });
  expect(read("<Contact><x>a</y></Contact>")).toThrow('it has an end of "y" (inside "x")');
  expect(read("<Contact><x>a<5></x></Contact>")).toThrow('it has "<5></x></" (inside "x")');
  expect(read("<Contact><x>a</x>")).toThrow('ends in the middle (inside "Contact")');
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

test("any cut within a character gives the same text, names and attributes, whatever its bytes look like", async () => {
  // The second byte of "à" is a white space in latin-1.
  const bytes = Buffer.from(
    '\uFEFF<?xml version="1.0"?><e>à🎈<Contact à="ààà"><à>🎈à</à ><name>à<![CDATA[🎈à]]>&amp;à</name></Contact></e>\n',
  );
  for (let size = 1; size <= bytes.length; size++) {
    const told: XmlElement[] = [];
    await readXml(inPieces(bytes, size), { Contact: (contact) => void told.push(contact) });
    expect(told).toMatchObject([
      {
        attributes: { à: "ààà" },
        children: [
          { name: "à", text: "🎈à" },
          { name: "name", text: "à🎈à&à" },
        ],
      },
    ]);
  }
});

test("what is wrong is quoted as it is spelled", () => {
  expect(failure("<à></b></à>").message).toBe('is no well-formed XML: it has an end of "b" (inside "à")');
});

test("bytes that are no UTF-8 are the same signs in any cut", async () => {
  const bytes = Buffer.concat([
    Buffer.from("<Contact><name>"),
    Buffer.of(0x80, 0xff, 0xe2, 0x82, 0x41, 0xf0, 0x9f, 0x8e, 0x88, 0x88, 0x88, 0x88, 0x88, 0xe2, 0x82, 0xac, 0xc3),
    Buffer.from("</name></Contact>"),
  ]);
  const read = async (size: number) => {
    const names: (string | undefined)[] = [];
    await readXml(inPieces(bytes, size), { Contact: (contact) => names.push(textAt(contact, "name")) });
    return names;
  };
  const whole = await read(bytes.length);
  expect(whole).toEqual(["\uFFFD\uFFFD\uFFFDA🎈\uFFFD\uFFFD\uFFFD\uFFFD€\uFFFD"]);
  for (let size = 1; size < bytes.length; size++) expect(await read(size)).toEqual(whole);
});

test("any cut of the bytes gives the same fields", async () => {
  const bytes = Buffer.from(
    "<e><Contact><x>Zoë<n>no</n></x><x2>&amp;</x2><n>1 &lt;</n></Contact><Contact><n/></Contact></e>",
  );
  for (let size = 1; size <= bytes.length; size++) {
    const names: (string | undefined)[] = [];
    const record = { Contact: withFields("n", (contact) => names.push(textAt(contact, "n"))) };
    await readXml(inPieces(bytes, size), record);
    expect(names).toEqual(["1 <", ""]);
  }
});

test("a document cut off anywhere is refused, and says so", () => {
  const xml = Buffer.from("<e a='1'><Contact><name>Bob &amp; Al</name></Contact></e>");
  expect(failure(xml.subarray(0, 0))).toMatchObject({ code: "empty", message: "is empty where XML should be" });
  for (let end = 1; end < xml.length; end++) expect(failure(xml.subarray(0, end)).code).toBe("truncated");
  expect(failure(xml.subarray(0, 30)).message).toBe('ends in the middle (inside "name")');
});

test.each([
  ["a web page", "<!DOCTYPE html><html></html>", "malformed", "has a DOCTYPE, as a web page and no service's XML has"],
  ["words", "Bad Gateway", "malformed", "is no well-formed XML: it begins with words"],
  ["tags that cross", "<a><b></a></b>", "malformed", 'is no well-formed XML: it has an end of "a" (inside "b")'],
  ["a second root", "<a/><b/>", "malformed", "is no well-formed XML: it goes on after its end"],
  ["a tag that is none", "<a><5></a>", "malformed", 'is no well-formed XML: it has "<5></a>" (inside "a")'],
  ["attributes that are none", "<a b=c>", "malformed", 'is no well-formed XML: it has a tag "<a b=c>"'],
  ["a tag without end", `<a b="${"c".repeat(20_000)}`, "too-large", "has a tag of more than 16384 characters"],
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

test("entities that mean nothing are passed on, and so is an & that is none", () => {
  expect(namesIn("<e><Contact><name>R&D &nbsp; &#38;amp; &lt</name></Contact></e>")).toEqual(["R&D &nbsp; &amp; &lt"]);
});

/** The same records as `saxes`, a parser that looks at every character, makes of a document; nothing when it refuses. */
function recordsBySaxes(xml: string): string[] | undefined {
  const records: string[] = [];
  const texts: string[] = [];
  const parser = new SaxesParser();
  parser.on("opentag", ({ attributes }) => void texts.push(`${JSON.stringify(attributes)}:`));
  const add = (text: string) => void texts.push(`${texts.pop() ?? ""}${text}`);
  parser.on("text", add);
  parser.on("cdata", add);
  parser.on("closetag", ({ name }) => {
    const text = texts.pop() ?? "";
    if (name === "Leaf") records.push(text);
  });
  try {
    parser.write(xml).close();
  } catch {
    return undefined;
  }
  return records;
}

test("whatever a stricter parser takes is read as that parser reads it, in any cut", () => {
  const text = fc.oneof(
    fc
      .stringMatching(/^[ \r\n\tab<>&"'é🎈\]-]{0,8}$/u)
      .map((raw) => raw.replace(/[<&]/g, (one) => (one === "<" ? "&lt;" : "&amp;"))),
    fc.constantFrom(
      "&#65;",
      "&#x1F388;",
      "<!-- <Leaf> & -->",
      "<![CDATA[<a>&amp;\r\n]]>",
      "<?pi a>b?>",
      "]]",
      "\r",
      "\r\n",
    ),
  );
  const content = fc.array(text, { maxLength: 5 }).map((parts) => parts.join(""));
  const attribute = content.map((value) => (value.split("<")[0] ?? "").replaceAll('"', "'"));
  const leaf = fc
    .tuple(attribute, content, fc.boolean())
    .map(([value, inside, isEmpty]) =>
      isEmpty ? `<Leaf a="${value}" />` : `<Leaf a="${value}" b='2'>${inside}</Leaf >`,
    );
  const document = fc
    .array(fc.tuple(content, leaf), { maxLength: 4 })
    .map((parts) => `<?xml version="1.0"?>\n<!-- > --><r>${parts.flat().join("")}</r>\n`);
  let compared = 0;
  fc.assert(
    fc.property(document, fc.integer({ min: 1, max: 9 }), (xml, size) => {
      const expected = recordsBySaxes(xml);
      if (!expected) return;
      compared++;
      const records: string[] = [];
      const reader = new XmlReader({
        Leaf: ({ attributes, text: inside }) => records.push(`${JSON.stringify(attributes)}:${inside}`),
      });
      const bytes = Buffer.from(xml);
      for (let at = 0; at < bytes.length; at += size) reader.write(bytes.subarray(at, at + size));
      reader.end();
      expect(records).toEqual(expected);
    }),
    { seed: 1863, numRuns: 500 },
  );
  expect(compared).toBeGreaterThan(300);
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
    { seed: 1863, numRuns: 300 },
  );
});
