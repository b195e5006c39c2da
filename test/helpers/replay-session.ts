/** The library's own session signed in to a replay, and everything it told. */

import { DIALECTS } from "../../collector/network/messenger/dialects.ts";
import type { MessengerEvent, SessionEnd } from "../../collector/network/messenger/events.ts";
import { createHttpClient } from "../../collector/network/messenger/net/node-http.ts";
import { dialTcp } from "../../collector/network/messenger/net/tcp.ts";
import { openSession } from "../../collector/network/messenger/notification.ts";
import type { MessengerSession, SessionOptions } from "../../collector/network/messenger/session-api.ts";
import { passwordOf } from "./replay-passwords.ts";
import type { Heard } from "./replay-play.ts";
import { type ReplayOptions, ReplayServer } from "./replay-server.ts";
import { settle, TestClock } from "./test-clock.ts";
import type { Conversation } from "./transcript.ts";
import { asOurs } from "./transcript-shape.ts";

export interface Replayed {
  events: MessengerEvent[];
  end: SessionEnd;
  /** What the recorded server would not have let pass. */
  findings: readonly string[];
  switchboardPort: number;
  heard: readonly Heard[];
}

export interface Scene {
  clock: TestClock;
  server: ReplayServer;
  session: MessengerSession;
  events: readonly MessengerEvent[];
}

export interface SessionReplay extends Omit<ReplayOptions, "clock" | "conversations"> {
  options?: Partial<SessionOptions>;
  /** Called when the session has been opened; the recording is played out after it. */
  act?(scene: Scene): Promise<void>;
}

/** Plays one conversation to a session that offers its dialect only, and signs out at the end. */
export async function replaySession(recorded: Conversation, replay: SessionReplay = {}): Promise<Replayed> {
  const clock = new TestClock();
  const { options = {}, act, ...rest } = replay;
  const conversation = asOurs(recorded);
  await using server = await ReplayServer.listen({ ...rest, clock, conversations: [conversation] });
  const web = createHttpClient();
  const events: MessengerEvent[] = [];
  const session = openSession(
    {
      address: conversation.address,
      password: passwordOf(conversation),
      server: { host: "127.0.0.1", port: server.port },
      services: server.services.urls,
      dialects: DIALECTS.filter(({ name }) => name === conversation.dialect),
      status: "NLN",
      ...options,
    },
    { clock, dial: dialTcp, http: web, pingAfterMs: Number.POSITIVE_INFINITY },
    (event) => events.push(event),
  );
  let end: SessionEnd | undefined;
  const ended = session.ended.then((why) => {
    end = why;
  });
  try {
    await act?.({ clock, server, session, events });
    for (let turn = 0; !end && !server.isPlayed(); turn++) {
      if (turn > 3_000) throw new Error(`the recording does not come to its end: ${server.whereabouts}`);
      // While web requests are under way, real time passes too: the clock must not run ahead of them.
      const isIn = events.some(({ kind }) => kind === "snapshot-complete");
      await clock.advance(isIn && !server.isCutting ? 1_000 : 50);
      while (server.isBusy) await settle();
    }
    await clock.advance(200);
    session.close();
    await settle();
    await clock.advance(2_000);
    await ended;
    if (!end) throw new Error("the session has not ended");
    const { findings, switchboardPort, heard } = server;
    return { events, end, findings, switchboardPort, heard };
  } finally {
    web.close();
  }
}
