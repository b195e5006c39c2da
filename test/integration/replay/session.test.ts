/** Every recorded sign-in, replayed to the library's session over TCP and HTTP: it understands what they say. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectedEnd, expectedOf, sortOut } from "../../helpers/oracle/expected.ts";
import { replaySession } from "../../helpers/replay-session.ts";
import { type Conversation, RECORDINGS, readTranscript } from "../../helpers/transcript.ts";
import { firstStatusAt } from "../../helpers/transcript-shape.ts";

interface Recorded {
  name: string;
  conversation: Conversation;
}

/** All sign-ins with a notification server that go as far as a first status. */
const WHOLE = recorded((conversation) => conversation.address !== "" && firstStatusAt(conversation) >= 0);
const REFUSED = recorded(
  ({ address, steps }, name) => name.endsWith("wrong-password") && address !== "" && steps.length > 0,
);

for (const { name, conversation } of WHOLE) {
  test(`${name}: what ${nameOf(conversation)} was told is understood, fact by fact`, async () => {
    const { events, end, findings, switchboardPort } = await replaySession(conversation);
    expect(findings).toEqual([]);
    expect(sortOut(events)).toEqual(expectedOf(conversation, { switchboardPort }));
    expect(end.why).toBe(expectedEnd(conversation));
  });
}

for (const { name, conversation } of REFUSED) {
  test(`${name}: ${nameOf(conversation)} is refused for the credentials, once, and told nothing else`, async () => {
    const { events, end, findings, heard } = await replaySession(conversation);
    expect(findings).toEqual([]);
    expect(end).toMatchObject({ why: "refused", code: "credentials" });
    expect(sortOut(events)).toEqual(sortOut([]));
    expect(heard.filter(({ line }) => line.startsWith("VER "))).toHaveLength(1);
  });
}

for (const name of RECORDINGS.filter((one) => /presence$/.test(one))) {
  const conversation = readTranscript(name).find(({ who }) => who === "alice") as Conversation;
  test(`${name}: the same is understood however TCP cuts the stream, and behind a dispatch server`, async () => {
    const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(pieces, async (sizes) => {
        const { events, findings, switchboardPort } = await replaySession(conversation, {
          pieces: sizes,
          dispatch: true,
        });
        expect(findings).toEqual([]);
        expect(sortOut(events)).toEqual(expectedOf(conversation, { switchboardPort }));
      }),
      { seed: 18, numRuns: 1, examples: [[[1]]] },
    );
  });
}

test("a server that speaks no dialect of ours is refused", async () => {
  const [preauth] = readTranscript("msnp18-bad-input") as [Conversation];
  const { events, end } = await replaySession({ ...preauth, address: "alice@example.com", dialect: "MSNP18" });
  expect(end).toMatchObject({ why: "refused", code: "dialect" });
  expect(sortOut(events)).toEqual(sortOut([]));
});

function recorded(isMeant: (conversation: Conversation, name: string) => boolean): Recorded[] {
  return RECORDINGS.flatMap((name) =>
    readTranscript(name)
      .filter((one) => one.server === "notification" && /^MSNP/.test(one.dialect) && isMeant(one, name))
      .map((conversation) => ({ name, conversation })),
  );
}

function nameOf({ who, nth }: Conversation): string {
  return nth === 0 ? who : `${who} (sign-in ${nth + 1})`;
}
