/** Recordings of a real server, replayed over TCP and HTTP to the real collector: what reaches SQLite is what they say. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { systemClock } from "../../../collector/clock.ts";
import { ADDRESS, CollectorFixture } from "../../helpers/collector-fixture.ts";
import { expectedOf } from "../../helpers/oracle/expected.ts";
import { recordableOf } from "../../helpers/oracle/recordable.ts";
import { judge } from "../../helpers/oracle.ts";
import { passwordOf } from "../../helpers/replay-passwords.ts";
import { ReplayServer } from "../../helpers/replay-server.ts";
import { settle, until } from "../../helpers/test-clock.ts";
import { type Conversation, RECORDINGS, readTranscript, type Step } from "../../helpers/transcript.ts";
import { answeredAt, asOurs, firstStatusAt, withListsOf } from "../../helpers/transcript-shape.ts";
import { alice, conversationOf, type Outcome, playOut, query, type Scene, stage } from "./scenarios.ts";

/** Recorded pauses are shortened by this where real time passes. */
const SCALE = 0.1;
const DIALECTS = RECORDINGS.flatMap((name) => /^(msnp\d\d)-presence$/.exec(name)?.[1] ?? []);

/** What the recordings say in every dialect, told by a reader of ours and not by a program. */
const EVENTS_OF_ALICE = [
  "dave@example.com busy BSY baseline",
  "bob@example.com available NLN change",
  "bob@example.com busy BSY change",
  "bob@example.com idle IDL change",
  "bob@example.com be-right-back BRB change",
  "bob@example.com away AWY change",
  "bob@example.com on-the-phone PHN change",
  "bob@example.com out-to-lunch LUN change",
  "bob@example.com offline FLN change",
  "bob@example.com available NLN change",
  // His renaming in between is no change of status.
  "bob@example.com offline FLN change",
  "dave@example.com offline FLN change",
];
/** The same of what Bob shows, each from the dialect on that has it. */
const PROFILE_OF_BOB: readonly (readonly [from: number, row: string])[] = [
  [2, 'bob@example.com name "Bob B"'],
  [9, 'bob@example.com picture "trC8SlFx2sWQxZMIBAWSEnXc8oQ="'],
  [16, 'bob@example.com places "computer"'],
  [9, 'bob@example.com picture ""'],
  [2, 'bob@example.com name "Bob É renamed%20x"'],
  [11, 'bob@example.com message "hi & <bye> é"'],
  [11, 'bob@example.com message ""'],
  [11, 'bob@example.com media "Song - Artist"'],
];

for (const dialect of DIALECTS) {
  const number = Number(dialect.slice(4));

  test(`${dialect} presence: what Alice was told is what was recorded, at the recorded pace to the millisecond`, async () => {
    const recorded = alice(dialect);
    const outcome = await stage({ address: ADDRESS, conversations: [recorded] }, async (scene) => {
      await playOut(scene);
      const { events, profiles } = await rowsOf(scene);
      expect({ events, profiles }).toEqual(recordableOf(expectedOf(recorded)));
      expect(events).toEqual(EVENTS_OF_ALICE);
      const ofBob = profiles.filter((row) => row.startsWith("bob@") && !row.includes(" capabilities "));
      expect(ofBob).toEqual(PROFILE_OF_BOB.filter(([from]) => number >= from).map(([, row]) => row));

      const instants = query<{ atMs: number }>(
        scene.rollcall.databasePath,
        "SELECT at_ms AS atMs FROM event ORDER BY seq",
      ).map(({ atMs }) => atMs);
      expect(pace(instants.slice(1))).toEqual(pace(changesIn(recorded)));
    });
    expect(outcome.findings).toEqual([]);
    expect(outcome.claims.map(({ endReason }) => endReason)).toEqual(["stopped"]);
  });

  test(`${dialect} signed-in-elsewhere: the account stops at that instant, says so, and never dials again`, async () => {
    const conversations = [conversationOf(`${dialect}-signed-in-elsewhere`, "alice")];
    const outcome = await stage({ address: ADDRESS, conversations }, async (scene) => {
      await playOut(scene);
      await scene.clock.advance(60_000);
      await scene.rollcall.stop();
      const outs = scene.server.log.filter((entry) => entry.kind === "sent" && entry.bytes.includes("OUT OTH"));
      const [claim] = query(scene.rollcall.databasePath, "SELECT to_ms AS toMs, end_reason AS endReason FROM coverage");
      expect(claim).toEqual({ toMs: outs[0]?.atMs, endReason: "signed-in-elsewhere" });
    });
    const why = "signed in elsewhere; not taking the session back. Start again when that place has signed out";
    expect(outcome).toMatchObject({ findings: [], connections: 1, state: { state: "stopped", detail: why } });
    expect(outcome.said).toEqual([`info ${ADDRESS}: signed in, watching`, `error ${ADDRESS}: ${why}`]);
  });

  test(`${dialect} wrong-password: the account is refused once, in one clear line, and nothing is recorded`, async () => {
    const conversations = [conversationOf(`${dialect}-wrong-password`, "alice")];
    const outcome = await stage({ address: ADDRESS, conversations }, async (scene) => {
      await scene.clock.advance(60_000);
      await scene.rollcall.stop();
      for (const table of ["coverage", "contact", "watch", "event", "profile"]) {
        expect(query(scene.rollcall.databasePath, `SELECT * FROM ${table}`), table).toEqual([]);
      }
    });
    expect(outcome).toMatchObject({ findings: [], connections: 1, state: { state: "stopped" } });
    expect(outcome.said).toHaveLength(1);
    expect(outcome.said[0]).toMatch(/^error alice@example\.com: .*refused.*password/);
  });
}

for (const signal of ["SIGTERM", "SIGKILL"]) {
  test(`server restarted after ${signal}: nothing is claimed from its last byte to the next snapshot`, async () => {
    const transcript = `msnp08-server-restart-${signal}`;
    const conversations = [conversationOf(transcript, "alice", 0), conversationOf(transcript, "alice", 1)];
    const outcome = await stage({ address: ADDRESS, conversations }, async (scene) => {
      await playOut(scene, 1);
    });
    expect(outcome.findings).toEqual([]);
    expect(outcome.claims.map(({ endReason }) => endReason)).toEqual(["connection-lost", "connection-lost"]);
    expect(outcome.said.slice(0, 3)).toEqual([
      `info ${ADDRESS}: signed in, watching`,
      expect.stringMatching(/closed the connection; trying again/),
      `info ${ADDRESS}: signed in, watching`,
    ]);
  });
}

/** One dialect of each way to sign in, on sockets and clocks as they are. */
for (const [dialect, scene] of [
  ["msnp02", "contact-add-remove"],
  ["msnp08", "presence"],
  ["msnp12", "contact-add-remove"],
  ["msnp18", "presence"],
] as const) {
  for (const conversation of readTranscript(`${dialect}-${scene}`)) {
    test(`${dialect} ${scene}: what ${conversation.who} was told is what was recorded, in real time`, async () => {
      const clock = systemClock;
      const conversations = [asOurs(conversation)];
      await using server = await ReplayServer.listen({ clock, conversations, scale: SCALE, dispatch: true });
      const { address } = conversation;
      const options = { services: server.services.urls };
      const accounts = [{ address, password: passwordOf(conversation), port: server.port, options }];
      await using rollcall = await CollectorFixture.start({ clock, accounts });
      await until(() => server.isPlayed(), "the end of the recording");
      await settle();
      await rollcall.stop();
      const { databasePath } = rollcall;
      expect(server.findings).toEqual([]);
      expect(judge({ databasePath, account: address, log: server.log })).toEqual([]);
      expect(query(databasePath, "SELECT 1 FROM coverage")).toHaveLength(1);
      expect([server.dispatches, server.connections]).toEqual([1, 1]);
    });
  }
}

for (const dialect of ["msnp02", "msnp07"]) {
  test(`${dialect} bad-input: a server that speaks no dialect of ours is refused once`, async () => {
    const outcome = await stage(
      { address: ADDRESS, conversations: [conversationOf(`${dialect}-bad-input`, "preauth")] },
      (scene) => scene.clock.advance(60_000),
    );
    const why = 'the server speaks none of MSNP18 to MSNP2; it answered "0"';
    expect(outcome).toMatchObject({ findings: [], claims: [], connections: 1, said: [`error ${ADDRESS}: ${why}`] });
  });

  test(`${dialect} bad-input: hang-ups and dead lines at odd moments are weather, and nothing is claimed of them`, async () => {
    const [, ...conversations] = readTranscript(`${dialect}-bad-input`);
    const outcome = await badInput(conversations);
    expect(outcome.findings).toEqual([]);
    // Only the one that asked for the lists can be claimed; the recording answers no SYN of the later ones.
    expect(outcome.claims.map(({ endReason }) => endReason)).toEqual(["connection-lost"]);
    const words = outcome.said.map((line) => line.replace(/127\.0\.0\.1:\d+/, "SERVER"));
    const again = "trying again in 1 s";
    const check = "check that a Messenger server listens on this port";
    expect(words).toEqual([
      `warn ${ADDRESS}: SERVER hung up during sign-in (after INF); ${again}`,
      `warn ${ADDRESS}: SERVER hung up during sign-in (after INF); ${again}`,
      `warn ${ADDRESS}: SERVER said nothing for 30 s after INF: ${check}; ${again}`,
      `warn ${ADDRESS}: SERVER said nothing for 30 s after VER: ${check}; ${again}`,
      `info ${ADDRESS}: signed in, watching`,
      `warn ${ADDRESS}: SERVER closed the connection; ${again}`,
      ...Array(3).fill(`warn ${ADDRESS}: SERVER said nothing for 30 s after SYN: ${check}; ${again}`),
    ]);
  });

  test(`${dialect} bad-input: with its lists, each conversation is claimed as far as it was alive`, async () => {
    const all = readTranscript(`${dialect}-bad-input`).filter(({ who }) => who === "alice");
    const [first, ...others] = all as [Conversation, ...Conversation[]];
    const outcome = await badInput([first, ...others.map((one) => withListsOf(first, one))]);
    expect(outcome.findings).toEqual([]);
    // An empty line wedges the third one: at MSNP2 after the barrier was answered, at MSNP7 before.
    const wedged = dialect === "msnp02" ? ["silence"] : [];
    const reasons = ["connection-lost", "connection-lost", ...wedged, "connection-lost"];
    expect(outcome.claims.map(({ endReason }) => endReason)).toEqual(reasons);
  });
}

for (const dialect of ["msnp02", "msnp18"]) {
  test(`${dialect} presence: the same is recorded however TCP cuts the stream`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 }), async (pieces) => {
        const staging = { address: ADDRESS, conversations: [alice(dialect)], pieces };
        const outcome = await stage(staging, async (scene) => {
          await playOut(scene);
          expect((await rowsOf(scene)).events).toEqual(EVENTS_OF_ALICE);
        });
        expect(outcome.findings).toEqual([]);
      }),
      { seed: 2, numRuns: 2, examples: [[[1]]] },
    );
  });
}

/** Every conversation in turn; where the recorded client has hung up, the line goes dead. */
function badInput(conversations: Conversation[]): Promise<Outcome> {
  const isWedge = (step: Step) =>
    step.kind === "client-closes" || (step.kind === "client-bytes" && step.bytes.equals(Buffer.from("\r\n")));
  const fate = (step: Step) => (isWedge(step) ? ("silence" as const) : undefined);
  return stage({ address: ADDRESS, conversations, fate }, async (scene) => {
    for (let turn = 0; scene.server.connections <= conversations.length; turn++) {
      if (turn > 3_000) throw new Error("the collector does not come back");
      await scene.clock.advance(200);
    }
  });
}

/** When the recording says of somebody else what it has not said before, once the snapshot is complete. */
function changesIn({ address, steps }: Conversation): number[] {
  const barrier = answeredAt(steps, firstStatusAt({ steps }));
  const codes = new Map<string, string>();
  return steps.flatMap((step, at) => {
    const [, code = "FLN", who = ""] =
      (step.kind === "server" && /^(?:ILN \d+ |NLN |FLN )(?:([A-Z]{3}) )?(?:1:)?(\S+)/.exec(step.line)) || [];
    if (who === "" || who === address) return [];
    const isNews = codes.get(who) !== code && at >= barrier;
    codes.set(who, code);
    return isNews ? [step.atMs] : [];
  });
}

function pace(instants: readonly number[]): number[] {
  return instants.map((atMs) => atMs - (instants[0] ?? 0));
}

async function rowsOf({ rollcall }: Scene): Promise<{ events: string[]; profiles: string[] }> {
  await rollcall.stop();
  const events = query<{ line: string }>(
    rollcall.databasePath,
    `SELECT c.address || ' ' || s.status || ' ' || e.raw || ' ' || iif(e.origin = 0, 'baseline', 'change') AS line
     FROM event e JOIN contact c ON c.id = e.contact_id JOIN status_code s ON s.code = e.status ORDER BY e.seq`,
  );
  const profiles = query<{ address: string; field: string; value: string }>(
    rollcall.databasePath,
    "SELECT c.address, p.field, p.value FROM profile p JOIN contact c ON c.id = p.contact_id ORDER BY p.seq",
  );
  return {
    events: events.map(({ line }) => line),
    profiles: profiles.map(({ address, field, value }) => `${address} ${field} ${JSON.stringify(value)}`),
  };
}
