import { expect, test } from "vitest";
import { Tickets } from "../../../collector/network/messenger/auth/tickets.ts";
import { AddressBookLists } from "../../../collector/network/messenger/lists/address-book-lists.ts";
import { type ListEdit, planEdit } from "../../../collector/network/messenger/lists/edits.ts";
import type { HttpClient } from "../../../collector/network/messenger/net/http.ts";
import { servicesOf } from "../../../collector/network/messenger/services.ts";
import {
  deleteOfflineMessages,
  findOfflineMessages,
  readOfflineMessages,
} from "../../../collector/network/messenger/soap/offline-messages.ts";
import { RECORDED_PEOPLE, webParts } from "../../helpers/web-parts.ts";

const SERVER = { host: "127.0.0.1", port: 1863 };
const ALICE = { ownAddress: "alice@example.com", isPaged: true };
const ZOE = { address: "zoe@example.com", password: "zoepw", name: "Zoë & Co", contacts: [] };

/** Alice's services in the sandbox, asked with alice's own tickets, without sockets. */
function alicesServices() {
  const web = webParts([...RECORDED_PEOPLE, ZOE]);
  const http: HttpClient = async ({ url, headers, body = "" }) => {
    const answer = await web.ask({
      path: new URL(url).pathname,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
      origin: new URL(url).origin,
      body: String(body),
    });
    return { status: answer.status, headers: {}, body: pieces(answer.text) };
  };
  const services = servicesOf(SERVER);
  const credentials = { address: "alice@example.com", password: "alicepw" };
  const tickets = new Tickets({ http, clock: web.clock, services, credentials });
  const parts = { http, services, tickets };
  return { web, parts, book: new AddressBookLists(parts) };
}

async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < text.length; at += 4096) yield Buffer.from(text.slice(at, at + 4096));
}

/** Does to somebody what the services say now that there is to do, and returns what they say then. */
async function edit(book: AddressBookLists, how: ListEdit, address: string) {
  const { list } = await book.fetch(ALICE);
  const contactId = list.contactIdOf(address);
  await book.edit(planEdit(how, list.find(address)), { address, network: 1, contactId });
  return (await book.fetch(ALICE)).list.find(address);
}

test.each([true, false])("the sandbox's people are alice's lists (asked page-wise: %s)", async (isPaged) => {
  const { list, ownName } = await alicesServices().book.fetch({ ...ALICE, isPaged });
  expect(ownName).toBe("Alice A");
  expect(list.contacts()).toMatchObject([
    { address: "bob@example.com", name: "Bob B", lists: ["forward", "allow", "reverse"], groups: ["Friends"] },
    { address: "carol@example.com", name: "Carol C", groups: ["Work mates"] },
    { address: "dave@example.com", groups: [] },
    { address: "logger@example.com", groups: [] },
  ]);
});

test("tickets that the service has forgotten are fetched once more", async () => {
  const { web, book } = alicesServices();
  await book.fetch(ALICE);
  web.tickets.revokeAll();
  expect((await book.fetch(ALICE)).list.contacts()).toHaveLength(4);
});

test("somebody is watched, blocked, allowed and watched no more", async () => {
  const { book } = alicesServices();
  expect(await edit(book, "watch", "zoe@example.com")).toMatchObject({ name: "Zoë & Co", lists: ["forward", "allow"] });
  expect(await edit(book, "watch", "zoe@example.com")).toMatchObject({ lists: ["forward", "allow"] });
  expect(await edit(book, "block", "zoe@example.com")).toMatchObject({ lists: ["forward", "block"] });
  expect(await edit(book, "allow", "zoe@example.com")).toMatchObject({ lists: ["forward", "allow"] });
  expect(await edit(book, "stop-watching", "zoe@example.com")).toMatchObject({ lists: ["allow"] });
});

test("an edit that has been done already is done", async () => {
  const { book } = alicesServices();
  const bob = { address: "bob@example.com", network: 1 };
  await book.edit({ leave: ["block"], join: ["forward", "allow"] }, bob);
  expect((await book.fetch(ALICE)).list.find("bob@example.com")?.lists).toEqual(["forward", "allow", "reverse"]);
});

test("somebody who is nobody is refused, and so is a deletion of somebody without an id", async () => {
  const { book } = alicesServices();
  const nobody = book.edit({ leave: [], join: ["forward"] }, { address: "nobody@example.com", network: 1 });
  await expect(nobody).rejects.toMatchObject({ kind: "fault", code: "InvalidPassportUser" });
  await expect(book.edit({ leave: ["forward"], join: [] }, { address: "bob@example.com", network: 1 })).rejects.toThrow(
    "the address book has no id for bob@example.com, by which it could be deleted",
  );
});

test("messages left for alice are found, read once or twice, and deleted", async () => {
  const { web, parts } = alicesServices();
  const bob = { from: "bob@example.com", fromName: "Bob É", sentMs: Date.UTC(2026, 10, 22) };
  const text = `Hello 🎈${" and more".repeat(20)}`;
  web.offline.leave("alice@example.com", { ...bob, text });
  const notices = await findOfflineMessages(parts);
  expect(notices).toMatchObject([bob]);
  const ids = notices.map(({ id }) => id);
  expect(await readOfflineMessages(parts, [...ids, "GONE"])).toMatchObject([{ ...bob, text }]);
  await deleteOfflineMessages(parts, ids);
  expect(await findOfflineMessages(parts)).toEqual([]);
  expect(await readOfflineMessages(parts, ids)).toEqual([]);
});
