import { expect, test } from "vitest";
import { Ticket } from "../../../../collector/network/messenger/auth/ticket.ts";
import { AddressBookLists } from "../../../../collector/network/messenger/lists/address-book-lists.ts";
import { SoapError } from "../../../../collector/network/messenger/soap/call.ts";
import { type Answering, answering, soapBody, soapFault } from "../../../helpers/soap-answers.ts";
import { readSoap } from "../../../helpers/transcript.ts";

const SERVICES = { sharing: "https://x.test/SharingService.asmx", addressBook: "https://x.test/abservice.asmx" };
const ALICE = { ownAddress: "Alice@example.com", isPaged: false };

const TICKETS = {
  forService: async () => new Ticket({ domain: "contacts.msn.com", value: "t=1&p=" }),
  refused: () => false,
  accepted: () => undefined,
};

function lists(answer: Answering, pieceBytes?: number) {
  const { http, asked } = answering(answer, pieceBytes);
  return { service: new AddressBookLists({ http, services: SERVICES, tickets: TICKETS }), asked };
}

function isSharing(url: string): boolean {
  return url.includes("Sharing");
}

/** The lists when the services say this of members and contacts, each inside its element. */
async function listsOf({ memberships = "", book = "" }: { memberships?: string; book?: string }) {
  const membership = `<FindMembershipResponse><FindMembershipResult><Services><Service><Memberships>${memberships}</Memberships><Info><Handle><Type>Messenger</Type></Handle></Info></Service></Services></FindMembershipResult></FindMembershipResponse>`;
  const { service } = lists(({ url }) => ({
    body: soapBody(isSharing(url) ? membership : `<ABFindAllResponse>${book}</ABFindAllResponse>`),
  }));
  const { list, ownName } = await service.fetch(ALICE);
  return { list, ownName, contacts: list.contacts() };
}

function contact(info: string, more = ""): string {
  return `<Contact><contactId>6BD736B8-dc18-44c6-ad61-8cd12d641e79</contactId><contactInfo><contactType>Regular</contactType>${info}</contactInfo>${more}</Contact>`;
}

function role(name: string, members: string): string {
  return `<Membership><MemberRole>${name}</MemberRole><Members>${members}</Members></Membership>`;
}

test.each(["msnp13", "msnp15", "msnp18"])("%s: the recorded answers are alice's lists", async (recording) => {
  const { service, asked } = lists(({ url }) => ({
    body: readSoap(`soap-${recording}-${isSharing(url) ? "FindMembership" : "ABFindAll"}`),
  }));
  const { list, ownName } = await service.fetch(ALICE);
  expect(ownName).toBe("Alice A");
  const everything = { network: 1, lists: ["forward", "allow", "reverse"] };
  expect(list.contacts()).toEqual([
    {
      address: "bob@example.com",
      displayAddress: "bob@example.com",
      name: "Bob B",
      ...everything,
      groups: ["Friends"],
    },
    {
      address: "carol@example.com",
      displayAddress: "carol@example.com",
      name: "Carol C",
      ...everything,
      groups: ["Work mates"],
    },
    { address: "dave@example.com", displayAddress: "dave@example.com", name: "Dave D", ...everything, groups: [] },
    { address: "logger@example.com", displayAddress: "logger@example.com", name: "Logger", ...everything, groups: [] },
  ]);
  expect(asked.map(({ headers }) => headers.SOAPAction)).toEqual([
    '"http://www.msn.com/webservices/AddressBook/FindMembership"',
    '"http://www.msn.com/webservices/AddressBook/ABFindAll"',
  ]);
});

test.each(["FindMembership", "ABFindAll"])(
  "a recorded %s answer that is cut off at any byte is no list",
  async (action) => {
    const whole = { sharing: readSoap("soap-msnp18-FindMembership"), book: readSoap("soap-msnp18-ABFindAll") };
    const cut = Buffer.from(action === "ABFindAll" ? whole.book : whole.sharing);
    // White space at the very end may be missing.
    const lastByte = cut.lastIndexOf(">");
    let at = 0;
    const { service } = lists(({ url }) => {
      const isCut = isSharing(url) === (action === "FindMembership");
      if (isCut) return { body: cut.subarray(0, at) };
      return { body: isSharing(url) ? soapBody("<FindMembershipResponse/>") : whole.book };
    }, 65_536);
    for (at = 0; at <= lastByte; at++) {
      const error: unknown = await service.fetch(ALICE).catch((thrown) => thrown);
      expect(error instanceof SoapError && error.kind, `cut at byte ${at}`).toBe("unusable");
    }
  },
);

test("every role is a list, and who is only watched or only known is told apart", async () => {
  const passport = (name: string) =>
    `<Member xsi:type="PassportMember"><PassportName>${name}</PassportName><State>Accepted</State></Member>`;
  const { contacts } = await listsOf({
    memberships: [
      role("Allow", passport("bob@x.com")),
      role("Block", `<x:Member xsi:type="ab:PassportMember"><PassportName>carl@x.com</PassportName></x:Member>`),
      role("Reverse", passport("BOB@x.com")),
      role("Pending", passport("zoe@x.com").replace("<State>", "<DisplayName>Zoë</DisplayName><State>")),
      role("ProfileExpression", passport("nobody@x.com")),
    ].join(""),
    book: `<contacts>${contact("<passportName>Bob@x.com</passportName><displayName>Bob</displayName><isMessengerUser>true</isMessengerUser>")}${contact("<passportName>mail@x.com</passportName><isMessengerUser>false</isMessengerUser>")}</contacts>`,
  });
  expect(contacts).toMatchObject([
    { address: "bob@x.com", displayAddress: "Bob@x.com", name: "Bob", lists: ["forward", "allow", "reverse"] },
    { address: "carl@x.com", lists: ["block"] },
    { address: "zoe@x.com", name: "Zoë", lists: ["pending"] },
  ]);
});

test("other networks: Yahoo by e-mail, telephones by number, circles not at all", async () => {
  const buddyType =
    "<Annotations><Annotation><Name>MSN.IM.BuddyType</Name><Value>32:</Value></Annotation></Annotations>";
  const { contacts } = await listsOf({
    memberships: role(
      "Allow",
      [
        `<Member xsi:type="EmailMember"><Email>kim@yahoo.com</Email>${buddyType}</Member>`,
        '<Member xsi:type="PhoneMember"><PhoneNumber>tel:+1555</PhoneNumber></Member>',
        '<Member xsi:type="CircleMember"><CircleId>00000000-0000-0000-0009-0123456789ab</CircleId></Member>',
        '<Member xsi:type="EveryoneMember"/>',
      ].join(""),
    ),
    book: [
      contact(
        "<emails><ContactEmail><contactEmailType>Messenger2</contactEmailType><email>kim@yahoo.com</email><isMessengerEnabled>true</isMessengerEnabled><Capability>32</Capability></ContactEmail></emails><quickName>Kim</quickName>",
      ),
      contact(
        "<emails><ContactEmail><contactEmailType>ContactEmailPersonal</contactEmailType><email>a@x.com</email><isMessengerEnabled>true</isMessengerEnabled></ContactEmail></emails>",
      ),
      contact(
        "<phones><ContactPhone><contactPhoneType>ContactPhoneMobile</contactPhoneType><number>+1555</number><isMessengerEnabled>true</isMessengerEnabled></ContactPhone></phones>",
      ),
      contact("<passportName>circle@live.com</passportName><isMessengerUser>true</isMessengerUser>").replace(
        "Regular",
        "Circle",
      ),
    ].join(""),
  });
  expect(contacts).toMatchObject([
    { address: "kim@yahoo.com", network: 32, name: "Kim", lists: ["forward", "allow"] },
    { address: "tel:+1555", network: 4, lists: ["forward", "allow"] },
  ]);
});

test("what is deleted, empty or missing is nobody", async () => {
  const { contacts, ownName } = await listsOf({
    memberships: [
      role(
        "Allow",
        '<Member xsi:type="PassportMember"><PassportName>gone@x.com</PassportName><Deleted>true</Deleted></Member>',
      ),
      "<Membership><MemberRole>Block</MemberRole></Membership>",
      '<Membership><MemberRole>Reverse</MemberRole><Members i:nil="true"/></Membership>',
      role("Allow", '<Member xsi:type="PassportMember"><PassportName/></Member><Member/>'),
    ].join(""),
    book: [
      "<groups><Group><groupId>a</groupId><groupInfo><name>Old</name></groupInfo><fDeleted>true</fDeleted></Group><Group/></groups>",
      contact(
        "<passportName>gone@x.com</passportName><isMessengerUser>true</isMessengerUser>",
        "<fDeleted>true</fDeleted>",
      ),
      contact("<isMessengerUser>true</isMessengerUser>"),
      contact(
        '<passportName>bob@x.com</passportName><displayName i:nil="true"/><isMessengerUser>true</isMessengerUser><groupIds/>',
      ),
      contact(
        "<passportName>al@x.com</passportName><isMessengerUser>true</isMessengerUser><groupIds><guid>a</guid><guid> </guid></groupIds>",
      ),
      "<Contact/>",
    ].join(""),
  });
  expect(contacts).toMatchObject([
    { address: "bob@x.com", name: "", groups: [] },
    { address: "al@x.com", groups: [] },
  ]);
  expect(ownName).toBeUndefined();
});

test("whoever cannot be named to the server is not watched: its silence would say nothing", async () => {
  const nameless = ["bob", "bob@", "@x.com"].map((address) =>
    contact(`<passportName>${address}</passportName><isMessengerUser>true</isMessengerUser>`),
  );
  const { contacts } = await listsOf({
    memberships: role("Allow", "<Member><Type>Passport</Type><PassportName>bob</PassportName></Member>"),
    book: `<ABFindAllResult><contacts>${nameless.join("")}</contacts></ABFindAllResult>`,
  });
  expect(contacts).toMatchObject([{ address: "bob", lists: ["allow"] }]);
});

test("services beside Messenger's do not count, and nobody is on their own lists", async () => {
  const alice = '<Member xsi:type="PassportMember"><PassportName>alice@example.com</PassportName></Member>';
  const other = role("Allow", '<Member xsi:type="PassportMember"><PassportName>space@x.com</PassportName></Member>');
  const { contacts } = await listsOf({
    memberships: `${role("Allow", alice)}</Memberships></Service><Service><Memberships>${other}</Memberships><Info><Handle><Type>Space</Type></Handle></Info></Service><Service><Memberships>`,
    book: contact("<passportName>alice@example.com</passportName><isMessengerUser>true</isMessengerUser>"),
  });
  expect(contacts).toEqual([]);
});

test("MSNP16 asks page-wise, and the older way when the service does not know that", async () => {
  const paged = lists(({ url }) => ({
    body: isSharing(url)
      ? soapBody("<FindMembershipResponse/>")
      : soapBody(
          `<ABFindContactsPagedResponse><ABFindContactsPagedResult><Groups/><Contacts>${contact("<passportName>bob@x.com</passportName><isMessengerUser>true</isMessengerUser>")}</Contacts></ABFindContactsPagedResult></ABFindContactsPagedResponse>`,
        ),
  }));
  expect((await paged.service.fetch({ ...ALICE, isPaged: true })).list.contacts()).toMatchObject([
    { address: "bob@x.com" },
  ]);
  const older = lists(({ url, headers }) => {
    if (isSharing(url)) return { body: soapBody("<FindMembershipResponse/>") };
    const isPaged = headers.SOAPAction?.includes("Paged");
    return isPaged ? { status: 500, body: soapFault("UnknownAction") } : { body: soapBody("<ABFindAllResponse/>") };
  });
  expect((await older.service.fetch({ ...ALICE, isPaged: true })).list.contacts()).toEqual([]);
  expect(older.asked).toHaveLength(3);
});

test("an empty answer is no empty list", async () => {
  const { service } = lists(({ url }) => ({ body: soapBody(isSharing(url) ? "<FindMembershipResponse/>" : "") }));
  await expect(service.fetch(ALICE)).rejects.toThrow(
    "https://x.test answered ABFindAll with XML that is no answer to it",
  );
});

test("lists that are fetched again tell who is on other lists or in other groups than before", async () => {
  const before = await listsOf({
    memberships: role("Allow", '<Member xsi:type="PassportMember"><PassportName>bob@x.com</PassportName></Member>'),
    book: `<Group><groupId>a</groupId><groupInfo><name>Work</name></groupInfo></Group>${contact("<passportName>bob@x.com</passportName><isMessengerUser>true</isMessengerUser><groupIds><guid>A</guid></groupIds>")}${contact("<passportName>al@x.com</passportName><isMessengerUser>true</isMessengerUser>")}`,
  });
  const after = await listsOf({
    memberships: role("Allow", '<Member xsi:type="PassportMember"><PassportName>zoe@x.com</PassportName></Member>'),
    book: `<Group><groupId>a</groupId><groupInfo><name>Jobs</name></groupInfo></Group>${contact("<passportName>bob@x.com</passportName><isMessengerUser>true</isMessengerUser><groupIds><guid>A</guid></groupIds>")}`,
  });
  expect(before.list.replaceWith(after.list)).toMatchObject([
    { wasOn: ["forward", "allow"], contact: { address: "bob@x.com", lists: ["forward"], groups: ["Jobs"] } },
    { wasOn: [], contact: { address: "zoe@x.com", lists: ["allow"] } },
    { wasOn: ["forward"], contact: { address: "al@x.com", lists: [], groups: [] } },
  ]);
  expect(before.list.contacts()).toEqual(after.contacts);
  expect(before.list.replaceWith(after.list)).toEqual([]);
});
