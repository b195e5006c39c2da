import { expect, test } from "vitest";
import type { ListedContact, MessengerEvent } from "../../../collector/network/messenger/events.ts";
import { identityOf, observationsOf, statusOf } from "../../../collector/network/messenger-observations.ts";

const READ = { atMs: 1_000, monotonicMs: 5 };

type Said = MessengerEvent extends infer Each
  ? Each extends MessengerEvent
    ? Omit<Each, "atMs" | "monotonicMs">
    : never
  : never;

/** Observations without the instant, which all of them must carry. */
function told(said: Said): unknown[] {
  return observationsOf({ ...said, ...READ } as MessengerEvent, "me@x.com").map(({ atMs, monotonicMs, ...rest }) => {
    expect({ atMs, monotonicMs }).toEqual(READ);
    return rest;
  });
}

function contact(address: string, lists: ListedContact["lists"], network = 1): ListedContact {
  return { address, displayAddress: address.toUpperCase(), network, name: "Ann", lists, groups: ["Work"] };
}

test("every status code has a word, and an unknown one is other", () => {
  const codes = ["NLN", "IDL", "AWY", "BRB", "PHN", "LUN", "BSY", "HDN", "FLN", "nln", "XYZ"];
  expect(codes.map(statusOf)).toEqual([
    "available",
    "idle",
    "away",
    "be-right-back",
    "on-the-phone",
    "out-to-lunch",
    "busy",
    "offline",
    "offline",
    "available",
    "other",
  ]);
});

test("only the forward list is the roster; the same address on another network is somebody else", () => {
  const contacts = [
    contact("ann@x.com", ["forward", "allow"]),
    contact("ann@x.com", ["forward"], 32),
    contact("zoe@x.com", ["reverse"]),
  ];
  expect(told({ kind: "lists", contacts })).toEqual([
    {
      kind: "roster",
      contacts: [
        { address: "ann@x.com", displayAddress: "ANN@X.COM", name: "Ann", groups: ["Work"] },
        { address: "32:ann@x.com", displayAddress: "ANN@X.COM", name: "Ann", groups: ["Work"] },
      ],
    },
  ]);
  expect(identityOf("ann@x.com", 1)).toBe("ann@x.com");
});

test("nobody watches themselves, even who is on their own list", () => {
  const me = contact("me@x.com", ["forward"]);
  expect(told({ kind: "lists", contacts: [me] })).toEqual([{ kind: "roster", contacts: [] }]);
  expect(told({ kind: "contact-changed", contact: me, wasOn: [] })).toEqual([]);
});

test("telephones are nobody to watch", () => {
  expect(told({ kind: "lists", contacts: [contact("tel:+123", ["forward"], 4)] })).toEqual([
    { kind: "roster", contacts: [] },
  ]);
});

test("somebody who is put on the forward list is added, who leaves it is removed, other lists are no news", () => {
  const change = (lists: ListedContact["lists"], wasOn: ListedContact["lists"]) =>
    told({ kind: "contact-changed", contact: contact("ann@x.com", lists), wasOn });
  expect(change(["forward"], [])).toMatchObject([{ kind: "contact-added", contact: { address: "ann@x.com" } }]);
  expect(change(["allow"], ["forward", "allow"])).toEqual([{ kind: "contact-removed", address: "ann@x.com" }]);
  expect(change(["reverse"], [])).toEqual([]);
});

test("what comes with a status comes before it: name, client and picture", () => {
  const capabilities = { raw: "1073741825", isMobile: true, isWeb: false, isBot: true, canJoinChunks: false };
  const picture = { sha1d: "trC8", sizeBytes: 1, raw: "<msnobj/>" };
  const address = "ann@x.com";
  expect(told({ kind: "presence", address, network: 1, code: "BSY", name: "Ann", capabilities, picture })).toEqual([
    { kind: "profile", address, field: "name", value: "Ann" },
    { kind: "profile", address, field: "capabilities", value: "mobile, bot" },
    { kind: "profile", address, field: "picture", value: "trC8" },
    { kind: "presence", address, status: "busy", raw: "BSY" },
  ]);
  expect(told({ kind: "presence", address, network: 1, code: "FLN", capabilities, picture: null })).toEqual([
    { kind: "presence", address, status: "offline", raw: "FLN" },
  ]);
});

test("details are a message, media and the kinds of places, in an order of their own", () => {
  const place = { id: "{1}", name: undefined, isIdle: undefined, state: undefined };
  const web = { raw: "512", isMobile: false, isWeb: true, isBot: false, canJoinChunks: false };
  const places = [
    { ...place, capabilities: web },
    { ...place, capabilities: undefined },
  ];
  const address = "ann@x.com";
  expect(
    told({ kind: "details", address, network: 1, details: { personalMessage: "hi", currentMedia: "", places } }),
  ).toEqual([
    { kind: "profile", address, field: "message", value: "hi" },
    { kind: "profile", address, field: "media", value: "" },
    { kind: "profile", address, field: "places", value: "computer, web" },
  ]);
});

test("our own echoes, circles, rings and notices are nobody's presence", () => {
  expect(told({ kind: "own-presence", code: "NLN", name: "Me" })).toEqual([]);
  expect(told({ kind: "circle-presence", circle: "c", address: "ann@x.com", code: "NLN" })).toEqual([]);
  expect(told({ kind: "maintenance", inMinutes: 5 })).toEqual([]);
});
