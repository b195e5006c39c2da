/** Who is watched, from when to when, and what is kept of what is said about them. The oracle judges each of these too. */
import { expect, test } from "vitest";
import { ADDRESS, CollectorFixture } from "../../helpers/collector-fixture.ts";
import { judge } from "../../helpers/oracle.ts";
import { actAsMessenger, type Peer, RawServer, type Stage } from "../../helpers/raw-server.ts";
import { TestClock } from "../../helpers/test-clock.ts";
import { query, readClaims } from "../replay/scenarios.ts";

interface Scene {
  clock: TestClock;
  server: RawServer;
  databasePath: string;
  /** Says lines, then lets a second pass. */
  say(...lines: string[]): Promise<void>;
  stop(): Promise<void>;
}

/** A Messenger server with these contacts, and the collector signed in to it; `stages` has one entry per sign-in. */
async function onStage(stages: Stage | Stage[], act: (scene: Scene) => Promise<void>): Promise<void> {
  const clock = new TestClock();
  const all = Array.isArray(stages) ? stages : [stages];
  const last = all.at(-1) as Stage;
  const serve = (peer: Peer) => actAsMessenger(peer, all[peer.index] ?? last);
  await using server = await RawServer.listen({ clock, serve });
  await using rollcall = await CollectorFixture.start({ clock, accounts: [{ port: server.port }] });
  await clock.advance(1_000);
  await act({
    clock,
    server,
    databasePath: rollcall.databasePath,
    stop: () => rollcall.stop(),
    async say(...lines) {
      server.peer.say(...lines);
      await clock.advance(1_000);
    },
  });
  await rollcall.stop();
  expect(judge({ databasePath: rollcall.databasePath, account: ADDRESS, log: server.log })).toEqual([]);
}

function events(databasePath: string): string[] {
  return query<{ line: string }>(
    databasePath,
    `SELECT c.address || ' ' || s.status || ' ' || e.raw || iif(e.origin = 0, ' baseline', '') AS line
     FROM event e JOIN contact c ON c.id = e.contact_id JOIN status_code s ON s.code = e.status ORDER BY e.seq`,
  ).map(({ line }) => line);
}

interface WatchRow {
  fromMs: number;
  toMs: number | null;
  endReason: string | null;
}

function watches(databasePath: string, address: string): WatchRow[] {
  const sql = `SELECT w.from_ms AS fromMs, w.to_ms AS toMs, w.end_reason AS endReason
    FROM watch w JOIN contact c ON c.id = w.contact_id WHERE c.address = '${address}' ORDER BY w.id`;
  return query<WatchRow>(databasePath, sql).map((row) => ({ ...row }));
}

test("someone added in mid-session is not watched before the first word about them", async () => {
  await onStage({ contacts: ["bob@x.org"] }, async ({ clock, say, stop, databasePath }) => {
    await say("ADD 0 FL 2 zoe@x.org Zoe 0");
    await clock.advance(10_000);
    const heardMs = clock.nowMs();
    await say("NLN BSY zoe@x.org Zoe");
    await stop();
    expect(watches(databasePath, "zoe@x.org")).toEqual([{ fromMs: heardMs, toMs: null, endReason: null }]);
    expect(events(databasePath)).toEqual(["zoe@x.org busy BSY baseline"]);
  });
});

test("someone added whom nobody speaks about is watched from the next sign-in", async () => {
  await onStage([{ contacts: ["bob@x.org"] }, { contacts: ["bob@x.org", "zoe@x.org"] }], async (scene) => {
    await scene.say("ADD 0 FL 2 zoe@x.org Zoe 0");
    scene.server.peer.reset();
    await scene.clock.advance(1_000);
    await scene.stop();
    const [, second] = readClaims(scene.databasePath);
    expect(watches(scene.databasePath, "zoe@x.org")).toEqual([{ fromMs: second?.fromMs, toMs: null, endReason: null }]);
  });
});

test("someone added in mid-session stays unwatched across a silence, too", async () => {
  await onStage({ contacts: ["bob@x.org"] }, async ({ clock, server, say, stop, databasePath }) => {
    await say("ADD 0 FL 2 zoe@x.org Zoe 0");
    server.peer.isMuted = true;
    await clock.advance(50_000);
    server.peer.isMuted = false;
    await say("NLN NLN bob@x.org Bob", "QNG", "QNG");
    await stop();
    expect(readClaims(databasePath).map(({ endReason }) => endReason)).toEqual(["silence", "stopped"]);
    expect(watches(databasePath, "zoe@x.org")).toEqual([]);
  });
});

test("someone who adds us is nobody we watch", async () => {
  await onStage({ contacts: ["bob@x.org"] }, async ({ say, stop, databasePath }) => {
    await say("ADD 0 RL 2 eve@x.org Eve", "NLN NLN eve@x.org Eve");
    await stop();
    expect(query(databasePath, "SELECT address FROM contact")).toEqual([{ address: "bob@x.org" }]);
    expect(events(databasePath)).toEqual([]);
  });
});

test("a removed contact's watch ends, and what is said of them later is not recorded", async () => {
  const stage = { contacts: ["bob@x.org"], present: ["AWY bob@x.org Bob"] };
  await onStage(stage, async ({ clock, say, stop, databasePath }) => {
    const removedMs = clock.nowMs();
    await say("REM 0 FL 2 bob@x.org");
    await say("NLN BSY bob@x.org Bob", "FLN bob@x.org");
    await stop();
    expect(watches(databasePath, "bob@x.org")).toMatchObject([{ toMs: removedMs, endReason: "removed" }]);
    expect(events(databasePath)).toEqual(["bob@x.org away AWY baseline"]);
  });
});

test("a contact who is removed while the clock is wrong was last watched when the coverage ended", async () => {
  await onStage({ contacts: ["bob@x.org"] }, async ({ clock, server, say, stop, databasePath }) => {
    clock.jump(3_600_000);
    await say("REM 0 FL 2 bob@x.org");
    clock.jump(-3_600_000);
    server.peer.reset();
    await clock.advance(5_000);
    await stop();
    const [first] = readClaims(databasePath);
    expect(watches(databasePath, "bob@x.org")[0]).toMatchObject({ toMs: first?.toMs, endReason: "removed" });
  });
});

test("a contact who leaves one group of two is still watched", async () => {
  await onStage({ contacts: ["bob@x.org"] }, async ({ say, stop, databasePath }) => {
    await say("ADD 0 FL 2 bob@x.org Bob 1", "REM 0 FL 3 bob@x.org 0", "NLN NLN bob@x.org Bob");
    await stop();
    expect(watches(databasePath, "bob@x.org")).toMatchObject([{ toMs: null }]);
    expect(events(databasePath)).toEqual(["bob@x.org available NLN"]);
  });
});

test("a contact who leaves their last group and is still spoken about has stayed on the roster", async () => {
  await onStage({ contacts: ["bob@x.org"] }, async ({ say, stop, databasePath }) => {
    await say("REM 0 FL 2 bob@x.org 0");
    await say("NLN AWY bob@x.org Bob");
    await stop();
    expect(watches(databasePath, "bob@x.org")).toMatchObject([{ endReason: "removed" }, { toMs: null }]);
    expect(events(databasePath)).toEqual(["bob@x.org away AWY baseline"]);
  });
});

test("a stale name in the list makes no false renaming at the next sign-in", async () => {
  const stage = { contacts: [["bob@x.org", "Old"] as [string, string]], present: ["BSY bob@x.org New"] };
  await onStage([stage, stage], async ({ clock, server, stop, databasePath }) => {
    server.peer.reset();
    await clock.advance(1_000);
    await stop();
    expect(query(databasePath, "SELECT value FROM profile")).toEqual([{ value: "New" }]);
    expect(query(databasePath, "SELECT name FROM contact")).toEqual([{ name: "New" }]);
  });
});

test("a contact who was removed and comes back has two watches", async () => {
  await onStage({ contacts: ["bob@x.org"] }, async ({ say, stop, databasePath }) => {
    await say("REM 0 FL 2 bob@x.org");
    await say("ADD 0 FL 3 bob@x.org Bob 0");
    await say("FLN bob@x.org");
    await stop();
    expect(watches(databasePath, "bob@x.org")).toMatchObject([{ endReason: "removed" }, { toMs: null }]);
    expect(query(databasePath, "SELECT removed_ms FROM contact")).toEqual([{ removed_ms: null }]);
  });
});

test("a contact who left while nobody looked was last on the roster when the last coverage ended", async () => {
  await onStage([{ contacts: ["bob@x.org", "zoe@x.org"] }, { contacts: ["bob@x.org"] }], async (scene) => {
    scene.server.peer.reset();
    await scene.clock.advance(1_000);
    await scene.stop();
    const [first] = readClaims(scene.databasePath);
    expect(watches(scene.databasePath, "zoe@x.org")).toMatchObject([{ toMs: first?.toMs, endReason: "removed" }]);
    expect(watches(scene.databasePath, "bob@x.org")).toMatchObject([{ toMs: null }]);
  });
});

test("a status word that nobody knows is kept as it was said", async () => {
  await onStage({ contacts: ["bob@x.org"], present: ["ZZZ bob@x.org Bob"] }, async ({ say, stop, databasePath }) => {
    await say("NLN Q%3d bob@x.org Bob");
    await say("NLN Q%3d bob@x.org Bob");
    await say("NLN NLN bob@x.org Bob");
    await stop();
    const expected = ["bob@x.org other ZZZ baseline", "bob@x.org other Q%3d", "bob@x.org available NLN"];
    expect(events(databasePath)).toEqual(expected);
  });
});

test("repeats write nothing", async () => {
  await onStage({ contacts: ["bob@x.org"], present: ["BSY bob@x.org Bob"] }, async ({ say, stop, databasePath }) => {
    await say("NLN BSY bob@x.org Bob", "NLN BSY bob@x.org Bob");
    await say("FLN bob@x.org", "FLN bob@x.org");
    await say("NLN BSY bob@x.org Bob", "NLN BSY bob@x.org");
    await stop();
    expect(events(databasePath)).toEqual([
      "bob@x.org busy BSY baseline",
      "bob@x.org offline FLN",
      "bob@x.org busy BSY",
    ]);
    expect(query(databasePath, "SELECT value FROM profile WHERE field = 'name' ORDER BY seq")).toEqual([
      { value: "Bob" },
    ]);
  });
});

test("several changes in one chunk keep their order", async () => {
  const words = ["BSY", "AWY", "NLN", "PHN", "LUN", "IDL", "BRB"];
  await onStage({ contacts: ["bob@x.org"] }, async ({ say, stop, databasePath }) => {
    await say(...words.map((word) => `NLN ${word} bob@x.org Bob`));
    await stop();
    const raw = query<{ raw: string }>(databasePath, "SELECT raw FROM event ORDER BY seq");
    expect(raw.map((row) => row.raw)).toEqual(words);
  });
});

test("an address is one contact however it is spelled", async () => {
  const stage = { contacts: ["Bob.Smith@X.org"], present: ["AWY bob.smith@x.org Bob"] };
  await onStage(stage, async ({ say, stop, databasePath }) => {
    await say("NLN BSY BOB.SMITH@x.org Bob");
    await stop();
    expect(query(databasePath, "SELECT address, display_address AS displayed FROM contact")).toEqual([
      { address: "bob.smith@x.org", displayed: "Bob.Smith@X.org" },
    ]);
    expect(events(databasePath)).toEqual(["bob.smith@x.org away AWY baseline", "bob.smith@x.org busy BSY"]);
  });
});

const NAMES = {
  emoji: "👩‍👩‍👧 Zoë 🇫🇷",
  quotes: `"O'Brien" \`x\` “curly”`,
  markup: "<script>alert(1)</script>&amp;",
  formula: '=HYPERLINK("http://x";"y")',
  long: "ä€x".repeat(1_700),
  control: "tab\there\r\nand a line\u0000",
  percent: "100% %41 %",
};

for (const [kind, name] of Object.entries(NAMES)) {
  for (const how of ["escaped", "raw UTF-8"]) {
    // Raw, only what would break the line is escaped, as Escargot does it; fully escaped, 10 kB would be no legal line.
    if (how === "escaped" && kind === "long") continue;
    const escaped = name.replace(/[%\s\p{Cc}]/gu, (one) => `%${one.charCodeAt(0).toString(16).padStart(2, "0")}`);
    const onWire = how === "escaped" ? encodeURIComponent(name) : escaped;
    test(`a name with ${kind} is stored as it is, sent ${how}`, async () => {
      await onStage({ contacts: [["bob@x.org", onWire]] }, async ({ say, stop, databasePath }) => {
        await say(`NLN NLN bob@x.org ${onWire}`);
        await stop();
        expect(query(databasePath, "SELECT name FROM contact")).toEqual([{ name }]);
        expect(query(databasePath, "SELECT value FROM profile WHERE field = 'name'")).toEqual([{ value: name }]);
      });
    });
  }
}
