import { expect, test } from "vitest";
import { findAll, readXml, textOf } from "../../../../collector/sandbox/web/xml.ts";
import { bookRequest, webParts } from "../../../helpers/web-parts.ts";

/** Alice's client, and what her lists are afterwards. */
function alice() {
  const web = webParts();
  const { ticket } = web.tickets.issue("alice@example.com");
  const account = web.directory.account("alice@example.com");
  if (!account) throw new Error("alice is not there");
  const edit = async (service: "abservice" | "SharingService", action: string, body: string) => {
    const answer = await web.ask({ path: `/abservice/${service}.asmx`, body: bookRequest(action, ticket, body) });
    const xml = readXml(answer.text);
    return { status: answer.status, code: textOf(xml, "errorcode"), guid: textOf(xml, "guid"), xml };
  };
  const idOf = (address: string) => web.directory.account(address)?.guid ?? "";
  return { account, edit, idOf, directory: web.directory };
}

function contact(inner: string): string {
  return `<abId>00000000-0000-0000-0000-000000000000</abId><contacts><Contact>${inner}</Contact></contacts>`;
}

function members(role: string, member: string): string {
  return `<serviceHandle><Id>0</Id><Type>Messenger</Type><ForeignId/></serviceHandle><memberships><Membership><MemberRole>${role}</MemberRole><Members><Member xsi:type="PassportMember"><Type>Passport</Type><State>Accepted</State>${member}</Member></Members></Membership></memberships>`;
}

test("a contact is added to the book and, when the client wants it so, allowed", async () => {
  const { account, edit, idOf, directory } = alice();
  directory.add({ address: "zoe@example.com", password: "z", name: "Zoe", contacts: [] });
  const info =
    "<contactInfo><passportName>Zoe@example.com</passportName><isMessengerUser>true</isMessengerUser></contactInfo>";
  const added = await edit(
    "abservice",
    "ABContactAdd",
    `${contact(info)}<options><EnableAllowListManagement>true</EnableAllowListManagement></options>`,
  );
  expect([added.status, added.guid]).toEqual([200, idOf("zoe@example.com")]);
  expect([...account.forward.keys()]).toContain("zoe@example.com");
  expect(account.allow).toContain("zoe@example.com");
  expect(directory.watchersOf("zoe@example.com")).toContain("alice@example.com");
});

test("who cannot be added is refused with the name that clients look for", async () => {
  const { edit } = alice();
  const codeFor = async (address: string) =>
    (await edit("abservice", "ABContactAdd", contact(`<passportName>${address}</passportName>`))).code;
  expect(await codeFor("bob@example.com")).toBe("ContactAlreadyExists");
  expect(await codeFor("nobody@example.com")).toBe("InvalidPassportUser");
  expect(await codeFor("notanemail")).toBe("BadEmailArgument");
  expect(await codeFor("dotless@example")).toBe("BadEmailArgument");
});

test("a contact is deleted by its id, and only once", async () => {
  const { account, edit, idOf } = alice();
  const remove = () =>
    edit("abservice", "ABContactDelete", contact(`<contactId>${idOf("bob@example.com")}</contactId>`));
  expect((await remove()).status).toBe(200);
  expect(account.forward.has("bob@example.com")).toBe(false);
  expect(await remove()).toMatchObject({ status: 500, code: "ContactDoesNotExist" });
});

test("a contact that is no Messenger user any more leaves the list", async () => {
  const { account, edit, idOf } = alice();
  const id = idOf("carol@example.com");
  const body = contact(
    `<contactId>${id}</contactId><contactInfo><isMessengerUser>false</isMessengerUser></contactInfo><propertiesChanged>IsMessengerUser</propertiesChanged>`,
  );
  expect((await edit("abservice", "ABContactUpdate", body)).status).toBe(200);
  expect(account.forward.has("carol@example.com")).toBe(false);
});

test("the own name is changed through the book", async () => {
  const { account, edit } = alice();
  const body = contact(
    "<contactInfo><contactType>Me</contactType><displayName>Alice &amp; Co</displayName></contactInfo><propertiesChanged>DisplayName</propertiesChanged>",
  );
  expect((await edit("abservice", "ABContactUpdate", body)).status).toBe(200);
  expect(account.name).toBe("Alice & Co");
});

test("allowing and blocking go through memberships", async () => {
  const { account, edit, idOf } = alice();
  const bob = members("Allow", `<MembershipId>Allow/${idOf("bob@example.com")}</MembershipId>`);
  expect((await edit("SharingService", "DeleteMember", bob)).status).toBe(200);
  expect(account.allow).not.toContain("bob@example.com");
  expect(await edit("SharingService", "DeleteMember", bob)).toMatchObject({ status: 500, code: "MemberDoesNotExist" });
  const blocked = members("Block", "<PassportName>BOB@example.com</PassportName>");
  expect((await edit("SharingService", "AddMember", blocked)).status).toBe(200);
  expect(account.block).toContain("bob@example.com");
  expect((await edit("SharingService", "AddMember", blocked)).code).toBe("MemberAlreadyExists");
  const nobody = members("Allow", "<PassportName>nobody@example.com</PassportName>");
  expect((await edit("SharingService", "AddMember", nobody)).code).toBe("UserDoesNotExist");
});

test("groups are made, named, filled, emptied and deleted", async () => {
  const { account, edit, idOf } = alice();
  const groupInfo = (name: string) => `<groupInfo><GroupInfo><name>${name}</name></GroupInfo></groupInfo>`;
  const { guid = "" } = await edit("abservice", "ABGroupAdd", groupInfo("Chess &amp; tea"));
  expect([...account.groups.values()]).toContain("Chess & tea");
  const number = [...account.groups].find(([, name]) => name === "Chess & tea")?.[0] ?? -1;

  const filter = `<groupFilter><groupIds><guid>${guid}</guid></groupIds></groupFilter>`;
  const dave = `${filter}<contacts><Contact><contactId>${idOf("dave@example.com")}</contactId></Contact></contacts>`;
  expect((await edit("abservice", "ABGroupContactAdd", dave)).guid).toBe(idOf("dave@example.com"));
  expect([...(account.forward.get("dave@example.com") ?? [])]).toEqual([number]);
  const { xml } = await edit("abservice", "ABFindAll", "");
  const listed = findAll(xml, "Contact").find((one) => textOf(one, "passportName") === "dave@example.com");
  expect(findAll(listed, "guid").map(({ text }) => text)).toEqual([guid]);

  expect((await edit("abservice", "ABGroupContactDelete", dave)).status).toBe(200);
  expect([...(account.forward.get("dave@example.com") ?? [])]).toEqual([0]);
  const renamed = `<groups><Group><groupId>${guid}</groupId>${groupInfo("Go").replaceAll("GroupInfo", "x")}</Group></groups>`;
  expect((await edit("abservice", "ABGroupUpdate", renamed)).status).toBe(200);
  expect(account.groups.get(number)).toBe("Go");
  expect((await edit("abservice", "ABGroupDelete", filter)).status).toBe(200);
  expect(account.groups.has(number)).toBe(false);
  expect((await edit("abservice", "ABGroupDelete", filter)).code).toBe("GroupDoesNotExist");
});

test("a group's name must be new and not too long", async () => {
  const { edit } = alice();
  const codeFor = async (name: string) => (await edit("abservice", "ABGroupAdd", `<name>${name}</name>`)).code;
  expect(await codeFor("Friends")).toBe("GroupAlreadyExists");
  expect(await codeFor("(No Group)")).toBe("GroupAlreadyExists");
  expect(await codeFor("x".repeat(62))).toBe("BadArgumentLength");
  expect(await codeFor("")).toBe("BadArgumentLength");
});

test("offline messages are listed, read and deleted with the two halves of a ticket", async () => {
  const web = webParts();
  const { token } = web.tickets.issue("alice@example.com");
  const ask = async (action: string, body: string) => {
    const rsi = "http://www.hotmail.msn.com/ws/2004/09/oim/rsi";
    const answer = await web.ask({
      path: "/rsi/rsi.asmx",
      body: `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header><PassportCookie xmlns="${rsi}"><t>${token}</t><p></p></PassportCookie></soap:Header><soap:Body><${action} xmlns="${rsi}">${body}</${action}></soap:Body></soap:Envelope>`,
    });
    return { status: answer.status, xml: readXml(answer.text) };
  };
  const text = `Grüße <&> ${"x".repeat(100)}\r\nsecond line`;
  const { id } = web.offline.leave("alice@example.com", {
    from: "bob@example.com",
    fromName: "Bob ☾",
    sentMs: web.clock.nowMs(),
    text,
  });

  const [entry] = findAll((await ask("GetMetadata", "")).xml, "M");
  expect([textOf(entry, "E"), textOf(entry, "I"), textOf(entry, "T")]).toEqual(["bob@example.com", id, "11"]);
  const { xml } = await ask("GetMessage", `<messageId>${id}</messageId><alsoMarkAsRead>false</alsoMarkAsRead>`);
  const [head = "", body = ""] = (textOf(xml, "GetMessageResult") ?? "").split("\r\n\r\n");
  expect(head).toContain("Date: Sun, 22 Nov 2026 13:42:00 +0000");
  expect(head).toContain("X-OIM-Sequence-Num: 1");
  expect(Buffer.from(body, "base64").toString()).toBe(text);
  await ask("DeleteMessages", `<messageIds><messageId>${id}</messageId></messageIds>`);
  expect(findAll((await ask("GetMetadata", "")).xml, "M")).toEqual([]);
  const gone = await ask("GetMessage", `<messageId>${id}</messageId>`);
  expect([gone.status, textOf(gone.xml, "faultstring")]).toEqual([500, "The message was not found in the OIM folder"]);
});
