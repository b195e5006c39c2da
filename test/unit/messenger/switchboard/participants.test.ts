import fc from "fast-check";
import { expect, it } from "vitest";
import { isAddress } from "../../../../collector/network/messenger/switchboard/addresses.ts";
import { Participants } from "../../../../collector/network/messenger/switchboard/participants.ts";

function arrival(token: string, name = "Bob", capabilities: string | undefined = undefined) {
  return { token, name, capabilities };
}

it("calls nobody whose address would be another command", () => {
  for (const text of ["", "bob", "a b@x.com", "bob@x.com\r\nOUT", "bob@x.com;{guid}", `${"b".repeat(130)}@x.com`]) {
    expect(isAddress(text)).toBe(false);
  }
  expect(isAddress("bob+msn@example.com")).toBe(true);
});

it("has each person once, for any number of places, until they have left the last", () => {
  const step = fc.record({ comes: fc.boolean(), place: fc.integer({ min: 0, max: 3 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const participants = new Participants("me@example.com");
      let isHere = false;
      for (const { comes, place } of steps) {
        const token = place === 0 ? "bob@example.com" : `bob@example.com;{${place}}`;
        const told = comes ? participants.arrive(arrival(token)) : participants.depart(token);
        if (told !== undefined) {
          expect(comes).toBe(!isHere);
          isHere = comes;
        }
        expect(participants.size).toBe(isHere ? 1 : 0);
      }
    }),
    { seed: 20261122 },
  );
});

it("believes that large messages can be joined only when everybody says so", () => {
  const participants = new Participants("me@example.com", (address) =>
    address === "old@example.com"
      ? { raw: "32", isMobile: false, isWeb: false, isBot: false, canJoinChunks: true }
      : undefined,
  );
  participants.arrive(arrival("bob@example.com", "Bob", "2416181284:00"));
  participants.arrive(arrival("old@example.com"));
  expect(participants.canAllJoinChunks).toBe(true);
  participants.arrive(arrival("carol@example.com", "Carol", "nonsense"));
  expect(participants.canAllJoinChunks).toBe(false);
});

it("does not believe in a crowd", () => {
  const participants = new Participants("me@example.com");
  for (let count = 0; count < 1_000; count++) participants.arrive(arrival(`guest${count}@example.com`));
  expect(participants.size).toBe(500);
});
