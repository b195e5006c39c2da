/**
 * Plays the client's side of every recording to the sandbox and compares what it answers with what was recorded: line
 * by line on each connection, and the web answers. What may differ is listed below, each with its reason.
 */
import { expect, test } from "vitest";
import { type Difference, isGoneUnseen, isNews, isRepeat, replayClient } from "../../helpers/replay-client.ts";
import { passwordOf } from "../../helpers/replay-passwords.ts";
import { RECORDINGS, readRecording } from "../../helpers/transcript.ts";
import { isLeftOut, Network } from "./network.ts";

/** Longer than the recorded server's look round, which it takes every 0.2 s. */
const LOOK_MS = 250;

const TOLERATED: readonly { why: string; covers(difference: Difference, recording: string): boolean }[] = [
  {
    why: "news go out with the recorded server's next look round, the last change for all of them; here at once, each",
    covers: ({ kind, here, aheadMs = 0 }) =>
      (kind === "early" || kind === "extra") && isNews(here) && aheadMs <= LOOK_MS,
  },
  {
    why: "the recorded server repeats what it has just said of somebody",
    covers: ({ kind, recorded, last = "" }) => kind === "missing" && isRepeat(recorded, last),
  },
  {
    why: "the recorded server says of somebody who was never there that they have gone",
    covers: ({ kind, recorded, last = "" }) => kind === "missing" && isGoneUnseen(recorded, last),
  },
  {
    why: "the recorded server loses what Bob did there: he is signed in again, available and gone in one look round",
    covers: ({ kind, who, here }, recording) =>
      recording.endsWith("SIGTERM") && kind !== "missing" && who === "alice" && /^(FLN|NLN NLN) bob@/.test(here),
  },
  {
    why: "a server that goes down says so; the recorded one does not",
    covers: ({ kind, here }) => kind === "extra" && here === "OUT SSD",
  },
];

for (const name of RECORDINGS) {
  test(`the sandbox answers like the recorded server: ${name}`, async () => {
    const network = await Network.open(name);
    try {
      const differences = await replayClient({
        recording: readRecording(name),
        ports: () => network.ports,
        passwordOf,
        note: (text) => network.note(text),
        leaveOut: isLeftOut,
      });
      expect(differences.filter((one) => !TOLERATED.some(({ covers }) => covers(one, name)))).toEqual([]);
    } finally {
      await network.close();
    }
  });
}
