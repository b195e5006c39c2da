import { expect, test } from "vitest";
import { Ticket } from "../../../../collector/network/messenger/auth/ticket.ts";
import { decodeWords } from "../../../../collector/network/messenger/soap/encoded-words.ts";
import { readMailData } from "../../../../collector/network/messenger/soap/mail-data.ts";
import {
  deleteOfflineMessages,
  findOfflineMessages,
  inOrder,
  type OfflineMessage,
  parseOfflineMessage,
  readOfflineMessages,
} from "../../../../collector/network/messenger/soap/offline-messages.ts";
import { FrameDecoder, SERVER_PAYLOAD_VERBS } from "../../../../collector/network/messenger/wire/frame.ts";
import { readMime } from "../../../../collector/network/messenger/wire/mime.ts";
import { escapeXml } from "../../../../collector/network/messenger/wire/xml.ts";
import { type Answering, answering, soapBody } from "../../../helpers/soap-answers.ts";
import { readTranscript } from "../../../helpers/transcript.ts";

const M = `<M><T>11</T><S>6</S><RT>2007-05-14T15:52:53.377Z</RT><RS>0</RS><SZ>950</SZ><E>Bob@x.com</E><I>MSG122404</I><F>0</F><N>=?utf-8?B?Qm9iIMOJ?=</N></M>`;
const COUNTS = "<E><I>0</I><IU>0</IU><O>0</O><OU>0</OU></E><Q><QTM>409600</QTM><QNM>204800</QNM></Q>";
const NOTICE = {
  id: "MSG122404",
  from: "bob@x.com",
  fromName: "Bob É",
  sentMs: Date.UTC(2007, 4, 14, 15, 52, 53, 377),
};

function announced(said: string, type = "text/x-msmsgsinitialmdatanotification") {
  return readMailData(
    readMime(Buffer.from(`MIME-Version: 1.0\r\nContent-Type: ${type}; charset=UTF-8\r\n\r\n${said}`)),
  );
}

test.each(["text/x-msmsgsinitialmdatanotification", "text/x-msmsgsoimnotification"])(
  "%s announces messages",
  (type) => {
    const other = M.replace("<T>11</T>", "<T>7</T>");
    const data = `Mail-Data: <MD>${COUNTS}${M}${other}</MD>\r\nInbox-URL: /cgi-bin/HoTMaiL\r\n`;
    expect(announced(data, type)).toEqual({ kind: "notices", notices: [NOTICE] });
  },
);

test("none may be announced, too many, or nothing that can be read", () => {
  expect(announced(`Mail-Data: <MD>${COUNTS}</MD>\r\n`)).toEqual({ kind: "notices", notices: [] });
  expect(announced("Mail-Data: too-large\r\n")).toEqual({ kind: "too-large" });
  expect(announced("Mail-Data: <MD><M></MD>")).toBeUndefined();
  expect(announced("Mail-Data: <MD><M>")).toBeUndefined();
  expect(announced("Mail-Data: <MD><M><I/></M><M/></MD>")).toEqual({ kind: "notices", notices: [] });
  expect(announced("Type: 1")).toBeUndefined();
  expect(announced(`Mail-Data: <MD>${M}</MD>`, "text/x-msmsgsprofile")).toBeUndefined();
});

test("the recorded server announces that there are none", () => {
  const alice = readTranscript("msnp18-presence").find(({ who }) => who === "alice");
  const decoder = new FrameDecoder(SERVER_PAYLOAD_VERBS);
  const frames = (alice?.steps ?? []).flatMap((step) => (step.kind === "server" ? [...decoder.push(step.bytes)] : []));
  const data = frames.flatMap(({ verb, payload }) =>
    verb === "MSG" && payload ? (readMailData(readMime(payload)) ?? []) : [],
  );
  expect(data).toEqual([{ kind: "notices", notices: [] }]);
});

const MAIL = [
  "X-Message-Info: cwRBnLifKNE8dVZlNj6AiX8142B67OTjG9BFMLMyzuui1H4Xx7m3NQ==",
  'From: "=?utf-8?B?Qm9i?=" <Bob@x.com>',
  "To: me@x.com",
  "Subject:",
  "Date: 15 May 2007 18:49:16 -0700",
  "MIME-Version: 1.0",
  "Content-Type: text/plain;",
  " charset=UTF-8",
  "Content-Transfer-Encoding: base64",
  "X-OIM-Message-Type: OfflineMessage",
  "X-OIM-Run-Id: {3A3BE82C-684D-4F4F-8005-CBE8D4F82BAD}",
  "X-OIM-Sequence-Num: 2",
  "X-OriginalArrivalTime: 16 May 2007 01:49:16.0123 (UTC) FILETIME=[5E2E8A90:01C79760]",
  "",
  "SGVsbG8g8J+O",
  "iCB0aGVyZQ==",
  "",
].join("\r\n");

test("a message is a mail: its text, its sender, its place in a run", () => {
  expect(parseOfflineMessage("MSG1", MAIL)).toEqual({
    id: "MSG1",
    from: "bob@x.com",
    fromName: "Bob",
    sentMs: Date.UTC(2007, 4, 16, 1, 49, 16),
    text: "Hello 🎈 there",
    runId: "{3A3BE82C-684D-4F4F-8005-CBE8D4F82BAD}",
    sequence: 2,
  });
  expect(parseOfflineMessage("MSG1", MAIL.replace(/Date:.*\r\n/, "")).sentMs).toBe(
    Date.UTC(2007, 4, 16, 1, 49, 16, 12),
  );
});

test("a mail that says little is a message, too", () => {
  const plain = { id: "MSG2", from: "", fromName: "", sentMs: undefined, runId: undefined, sequence: 1 };
  expect(parseOfflineMessage("MSG2", "")).toEqual({ ...plain, text: "" });
  expect(parseOfflineMessage("MSG2", "From: bob@x.com\n\nhi\n")).toEqual({ ...plain, from: "bob@x.com", text: "hi\n" });
});

test("messages come in the order in which they were written: by run, and in a run by their number", () => {
  const message = (id: string, runId: string | undefined, sequence: number, sentMs?: number): OfflineMessage => ({
    id,
    from: "bob@x.com",
    fromName: "",
    sentMs,
    text: "",
    runId,
    sequence,
  });
  const messages = [
    message("d", "late", 1, 500),
    message("e", undefined, 1),
    message("c", "early", 10, 200),
    message("b", "early", 2, 300),
    message("a", "early", 1, 250),
    message("f", undefined, 1),
  ];
  expect(inOrder(messages).map(({ id }) => id)).toEqual(["a", "b", "c", "d", "e", "f"]);
});

function parts(answer: Answering) {
  const { http, asked } = answering(answer);
  const tickets = {
    forService: async () => new Ticket({ domain: "messenger.msn.com", value: "t=one&two&p=three" }),
    refused: () => false,
    accepted: () => undefined,
  };
  return { parts: { http, services: { offlineMessages: "https://x.test/rsi.asmx" }, tickets }, asked };
}

test("messages are read one by one, and those that are gone are left out", async () => {
  const { parts: all, asked } = parts(({ body }) => {
    if (String(body).includes("GONE")) {
      return {
        status: 500,
        body: soapBody("<Fault><faultcode>soap:Client</faultcode><faultstring>not found</faultstring></Fault>"),
      };
    }
    return {
      body: soapBody(
        `<GetMessageResponse><GetMessageResult>${escapeXml(MAIL)}</GetMessageResult></GetMessageResponse>`,
      ),
    };
  });
  expect(await readOfflineMessages(all, ["GONE", "A<B"])).toMatchObject([{ id: "A<B", text: "Hello 🎈 there" }]);
  expect(asked[1]?.headers.SOAPAction).toBe('"http://www.hotmail.msn.com/ws/2004/09/oim/rsi/GetMessage"');
  expect(String(asked[1]?.body)).toContain("<t>one&amp;two</t><p>three</p>");
  expect(String(asked[1]?.body)).toContain("<messageId>A&lt;B</messageId><alsoMarkAsRead>false</alsoMarkAsRead>");
});

test("a service in trouble is not an empty box", async () => {
  const { parts: all } = parts(() => ({ status: 503, body: "" }));
  await expect(readOfflineMessages(all, ["A"])).rejects.toThrow(
    "https://x.test answered GetMessage with HTTP status 503",
  );
  await expect(findOfflineMessages(all)).rejects.toThrow("GetMetadata");
});

test("all that wait are found in the metadata, and deleting names them", async () => {
  const { parts: all, asked } = parts(({ headers }) => {
    const isMetadata = headers.SOAPAction?.includes("GetMetadata");
    return {
      body: soapBody(
        isMetadata ? `<GetMetadataResponse><MD>${COUNTS}${M}</MD></GetMetadataResponse>` : "<DeleteMessagesResponse/>",
      ),
    };
  });
  expect(await findOfflineMessages(all)).toEqual([NOTICE]);
  await deleteOfflineMessages(all, ["A", "B"]);
  await deleteOfflineMessages(all, []);
  expect(asked).toHaveLength(2);
  expect(String(asked[1]?.body)).toContain("<messageIds><messageId>A</messageId><messageId>B</messageId></messageIds>");
});

test.each([
  ["=?utf-8?B?Wm/Dqw==?=", "Zoë"],
  ["=?UTF-8?Q?Zo=C3=AB_B=2e?= says", "Zoë B. says"],
  ["=?iso-8859-1*fr?q?Zo=EB?=", "Zoë"],
  // A character cut between two words.
  ["=?utf-8?B?Wm/D?= =?utf-8?B?qw==?=", "Zoë"],
  ["=?utf-8?B?QQ==?= =?iso-8859-1?Q?=EB?= B", "Aë B"],
  ["=?nonsense?B?QQ==?=", "=?nonsense?B?QQ==?="],
  ["=?utf-8?X?QQ==?= =?utf-8", "=?utf-8?X?QQ==?= =?utf-8"],
  ["plain", "plain"],
])("the words %s are %s", (encoded, plain) => {
  expect(decodeWords(encoded)).toBe(plain);
});
