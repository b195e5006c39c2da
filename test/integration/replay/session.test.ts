/** Every recorded sign-in, replayed to the library's session over TCP and HTTP: it understands what they say. */
import { expect, test } from "vitest";
import { expectedEnd, expectedOf, sortOut } from "../../helpers/oracle/expected.ts";
import { replaySession } from "../../helpers/replay-session.ts";
import { type Conversation, RECORDINGS, readTranscript } from "../../helpers/transcript.ts";
import { firstStatusAt } from "../../helpers/transcript-shape.ts";

/** Those in which somebody signs in and is let in, and sees their contacts. */
function isWhole(conversation: Conversation): boolean {
  return conversation.server === "notification" && firstStatusAt(conversation) >= 0;
}

for (const name of RECORDINGS.filter((one) => /presence|elsewhere|switchboard|add-remove/.test(one))) {
  for (const conversation of readTranscript(name).filter(isWhole)) {
    test(`${name}: ${conversation.who}`, async () => {
      const { events, end, findings, switchboardPort } = await replaySession(conversation);
      expect(findings).toEqual([]);
      expect(sortOut(events)).toEqual(expectedOf(conversation, { switchboardPort }));
      expect(end.why).toBe(expectedEnd(conversation));
    });
  }
}
