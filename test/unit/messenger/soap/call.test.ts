import { expect, test } from "vitest";
import { Ticket } from "../../../../collector/network/messenger/auth/ticket.ts";
import { HttpFailure } from "../../../../collector/network/messenger/net/http.ts";
import { callAddressBook } from "../../../../collector/network/messenger/soap/address-book-call.ts";
import { callSoap, SoapError } from "../../../../collector/network/messenger/soap/call.ts";
import { withTicket } from "../../../../collector/network/messenger/soap/with-ticket.ts";
import { parseXml, textAt } from "../../../../collector/network/messenger/soap/xml-reader.ts";
import { answering, type Scripted, soapBody, soapFault } from "../../../helpers/soap-answers.ts";

const CALL = {
  url: "https://contacts.msn.com/abservice.asmx?x=1",
  action: "urn:ab/GetThing",
  header: "<h/>",
  body: "<b/>",
};
const THING = soapBody("<GetThingResponse><thing>1</thing></GetThingResponse>");

/** What a call that is answered like this fails with. */
async function failure(scripted: Scripted): Promise<SoapError> {
  const error: unknown = await callSoap(answering(() => scripted).http, { ...CALL, records: {} }).catch(
    (thrown) => thrown,
  );
  if (error instanceof SoapError) return error;
  throw error instanceof Error ? error : new Error("this was answered");
}

test("a call is a POST with its action in quotes, and tells the records of the answer", async () => {
  const { http, asked } = answering(() => ({ body: THING }));
  const things: string[] = [];
  await callSoap(http, { ...CALL, records: { thing: ({ text }) => things.push(text) } });
  expect(things).toEqual(["1"]);
  expect(asked[0]).toMatchObject({
    method: "POST",
    url: CALL.url,
    headers: { "Content-Type": "text/xml; charset=utf-8", SOAPAction: '"urn:ab/GetThing"' },
  });
  expect(String(asked[0]?.body)).toContain("<soap:Header><h/></soap:Header><soap:Body><b/></soap:Body>");
});

test("the ticket travels whole, whatever is in it", async () => {
  const { http, asked } = answering(() => ({ body: soapBody("<ABThingResponse/>") }));
  const action = { name: "ABThing", scenario: "Timer", body: "<a/>", records: {} } as const;
  await callAddressBook(http, { url: CALL.url, ticket: `t=a&p=<"'>` }, action);
  const tickets: (string | undefined)[] = [];
  parseXml(String(asked[0]?.body), {
    ABAuthHeader: (header) => tickets.push(textAt(header, "TicketToken"), textAt(header, "ManagedGroupRequest")),
    ABApplicationHeader: (header) => tickets.push(textAt(header, "PartnerScenario")),
  });
  expect(tickets).toEqual(["Timer", `t=a&p=<"'>`, "false"]);
});

test.each([
  ["200", 200],
  ["500", 500],
])("a fault is a fault with HTTP status %s, too, and goes by the name in its details", async (_, status) => {
  expect(await failure({ status, body: soapFault("FullSyncRequired", "Full sync required.") })).toMatchObject({
    kind: "fault",
    code: "FullSyncRequired",
    message: 'https://contacts.msn.com answered GetThing with the fault "FullSyncRequired" ("Full sync required.")',
  });
});

test("a fault's name may be deeper, or in the fault code", async () => {
  const deep = soapFault("").replace(
    /<detail>.*<\/detail>/,
    "<detail><errordetails><x:errorcode>Deep</x:errorcode></errordetails></detail>",
  );
  expect((await failure({ body: deep })).code).toBe("Deep");
  const mail = soapBody("<Fault><faultcode>q0:SystemUnavailable</faultcode></Fault>");
  expect(await failure({ body: mail })).toMatchObject({ code: "SystemUnavailable", kind: "fault" });
  expect((await failure({ body: soapBody("<Fault/>") })).message).toContain('the fault "without a name"');
});

test.each<[string, Scripted]>([
  ["status 403", { status: 403, body: "Forbidden" }],
  ["status 401 and nothing", { status: 401, body: "" }],
  ["a fault with status 200", { body: soapFault("Forbidden") }],
  [
    "the mail service's fault",
    { status: 500, body: soapBody("<Fault><faultcode>q0:AuthenticationFailed</faultcode></Fault>") },
  ],
])("a ticket refused by %s is told from all else", async (_, scripted) => {
  expect(await failure(scripted)).toMatchObject({ kind: "ticket-refused" });
});

test.each<[string, Scripted, string]>([
  ["nothing", { body: "" }, "https://contacts.msn.com answered GetThing, but its answer is empty where XML should be"],
  [
    "an error and nothing",
    { status: 500, body: "" },
    "https://contacts.msn.com answered GetThing with HTTP status 500 and nothing else",
  ],
  [
    "a web page",
    { body: "<!DOCTYPE html><html>" },
    "https://contacts.msn.com answered GetThing, but its answer has a DOCTYPE, as a web page and no service's XML has",
  ],
  [
    "an error in words",
    { status: 502, body: "Bad Gateway" },
    "https://contacts.msn.com answered GetThing with HTTP status 502, but its answer is no well-formed XML: it begins with words",
  ],
  [
    "an error in XML",
    { status: 503, body: "<busy/>" },
    "https://contacts.msn.com answered GetThing with HTTP status 503 and without saying why",
  ],
  [
    "an envelope without answer",
    { body: soapBody("") },
    "https://contacts.msn.com answered GetThing with XML that is no answer to it",
  ],
  [
    "another answer",
    { body: soapBody("<PutThingResponse/>") },
    "https://contacts.msn.com answered GetThing with XML that is no answer to it",
  ],
])("%s is no answer, and the message says so", async (_, scripted, message) => {
  expect(await failure(scripted)).toMatchObject({ kind: "unusable", message });
});

test("an answer that is cut off at any byte is never taken for one", async () => {
  for (let end = 0; end < THING.length; end++) {
    expect((await failure({ body: THING.slice(0, end) })).kind).toBe("unusable");
  }
});

test("what looks like a ticket in a server's words is not repeated", async () => {
  const { message } = await failure({ body: soapFault("Odd", "bad ticket t=EwCoAvx9AQAUoo8bIn1iVpHJ0l2Lh and more") });
  expect(message).toContain('("bad ticket … and more")');
});

test("a service that cannot be reached, and a signal, are passed through", async () => {
  const cause = new HttpFailure("nobody there");
  const broken = () => Promise.reject(cause);
  await expect(callSoap(broken, { ...CALL, records: {} })).rejects.toBe(cause);
  const stop = new Error("signed out");
  const { http } = answering(() => ({ body: THING }));
  await expect(callSoap(http, { ...CALL, records: {}, signal: AbortSignal.abort(stop) })).rejects.toBe(stop);
});

/** A ticket source that counts: tickets are called t1, t2, …; every second refusal in a row counts. */
function countingTickets() {
  const said: string[] = [];
  let given = 1;
  let wasRefused = false;
  return {
    said,
    forService: async () => new Ticket({ domain: "contacts.msn.com", value: `t${given}` }),
    accepted: ({ value }: Ticket) => void said.push(`accepted ${value}`),
    refused: ({ value }: Ticket) => {
      said.push(`refused ${value}`);
      given++;
      const isFirst = !wasRefused;
      wasRefused = isFirst;
      return isFirst;
    },
  };
}

test("a refused ticket is renewed once; another refusal counts", async () => {
  const tickets = countingTickets();
  const refusal = new SoapError("ticket-refused", { code: "Forbidden" }, "no");
  const ask = async ({ value }: Ticket) => {
    if (value === "t1") throw refusal;
    return `asked with ${value}`;
  };
  expect(await withTicket(tickets, "contacts.msn.com", ask)).toBe("asked with t2");
  expect(tickets.said).toEqual(["refused t1", "accepted t2"]);
  const always = countingTickets();
  await expect(withTicket(always, "contacts.msn.com", () => Promise.reject(refusal))).rejects.toBe(refusal);
  expect(always.said).toEqual(["refused t1", "refused t2"]);
});

test("any other failure is not the ticket's fault", async () => {
  const tickets = countingTickets();
  const fault = new SoapError("fault", { code: "ContactDoesNotExist" }, "no");
  await expect(withTicket(tickets, "contacts.msn.com", () => Promise.reject(fault))).rejects.toBe(fault);
  expect(tickets.said).toEqual([]);
});
