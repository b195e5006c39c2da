import { beforeEach, describe, expect, it } from "vitest";
import { ContactStates } from "../../../collector/network/messenger/contact-states.ts";
import type { ListedContact, ListName, Said } from "../../../collector/network/messenger/events.ts";

const BOB = "bob@example.com";
let states: ContactStates;

function contact(address: string, lists: readonly ListName[] = ["forward", "allow"], network = 1): ListedContact {
  return { address, displayAddress: address, network, name: `${address}'s old name`, lists, groups: ["Friends"] };
}

function hear(...said: Said[]): void {
  for (const one of said) states.hear({ ...one, atMs: 0, monotonicMs: 0 });
}

function statuses(): (string | undefined)[] {
  return states.forward.map(({ status }) => status);
}

beforeEach(() => {
  states = new ContactStates();
});

describe("everyone's state", () => {
  it("is not known until the server has told it, and offline only once the snapshot is complete", () => {
    hear({
      kind: "lists",
      contacts: [contact(BOB), contact("al@example.com"), contact("zoe@example.com", ["reverse"])],
    });
    expect(statuses()).toEqual([undefined, undefined]);
    hear({ kind: "presence", address: BOB, network: 1, code: "AWY", name: "Bob" });
    expect(statuses()).toEqual(["AWY", undefined]);
    hear({ kind: "snapshot-complete" });
    expect(statuses()).toEqual(["AWY", "FLN"]);
    expect(states.get("Bob@Example.com")).toMatchObject({ name: "Bob", groups: ["Friends"] });
    expect(states.get("zoe@example.com")?.status).toBeUndefined();
  });

  it("is not known any more when the session is over", () => {
    hear({ kind: "lists", contacts: [contact(BOB)] }, { kind: "snapshot-complete" });
    states.forgetStates();
    expect(statuses()).toEqual([undefined]);
  });

  it("keeps what a line does not say", () => {
    const capabilities = { raw: "32", isMobile: false, isWeb: false, isBot: false, canJoinChunks: true };
    const details = { personalMessage: "at work", currentMedia: "", places: undefined };
    hear(
      { kind: "lists", contacts: [contact(BOB)] },
      { kind: "presence", address: BOB, network: 1, code: "NLN", name: "Bob", capabilities, picture: null },
      { kind: "details", address: BOB, network: 1, details },
      { kind: "presence", address: BOB, network: 1, code: "BSY" },
    );
    expect(states.get(BOB)).toMatchObject({ status: "BSY", name: "Bob", capabilities, picture: null, details });
  });

  it("of somebody new is not known until the server speaks of them", () => {
    hear({ kind: "lists", contacts: [contact(BOB, ["reverse"])] }, { kind: "snapshot-complete" });
    hear({ kind: "contact-changed", contact: contact(BOB), wasOn: ["reverse"] });
    expect(statuses()).toEqual([undefined]);
    hear({ kind: "presence", address: BOB, network: 1, code: "NLN" });
    hear({ kind: "contact-changed", contact: { ...contact(BOB), groups: ["Work"] }, wasOn: ["forward"] });
    expect(states.get(BOB)).toMatchObject({ status: "NLN", groups: ["Work"] });
    hear({ kind: "contact-changed", contact: contact(BOB, []), wasOn: ["forward"] });
    expect(states.all).toEqual([]);
  });

  it("is another person's on another network, and nobody's who is on no list", () => {
    hear({ kind: "lists", contacts: [contact(BOB), contact(BOB, ["forward"], 32)] });
    hear(
      { kind: "presence", address: BOB, network: 32, code: "IDL" },
      { kind: "presence", address: "stranger@example.com", network: 1, code: "NLN" },
    );
    expect(statuses()).toEqual([undefined, "IDL"]);
    expect(states.all).toHaveLength(2);
  });
});
