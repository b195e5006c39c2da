import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { HEARTBEAT_IS_FRESH_MS, lastCollector, listAccounts, PROOF_IS_FRESH_MS } from "../../../db/history/accounts.ts";
import { dataVersion } from "../../../db/history/changes.ts";
import { findContact, listContacts } from "../../../db/history/contacts.ts";
import { coverageOf, firstCoveredMs, horizonOf, lastRecordedMs } from "../../../db/history/coverage.ts";
import { firstWatchedMs, spansOf } from "../../../db/history/spans.ts";
import { statesAt, statesNow } from "../../../db/history/state.ts";
import type { Handle } from "../../../db/open.ts";
import { type Reading, STATUSES, type Status } from "../../../db/status.ts";
import { address, contact, presence, Story } from "./story.ts";

let story: Story;
let db: Handle;

beforeEach(() => {
  story = new Story();
  db = story.read();
});

async function stateAt(name: string, atMs: number): Promise<Reading | undefined> {
  return (await statesAt(db, atMs)).find(({ contactId }) => contactId === story.contactId(name))?.status;
}

async function spans(name: string, fromMs: number, toMs: number): Promise<string[]> {
  return (await spansOf(db, story.contactId(name), fromMs, toMs)).map(
    ({ fromMs, toMs, status, startCensored, endCensored }) =>
      `${startCensored ? "(" : "["}${fromMs} ${status} ${toMs}${endCensored ? ")" : "]"}`,
  );
}

describe("the state at an instant", () => {
  beforeEach(() => {
    story.roster(90, "ada", "bo");
    story.open(100, ["ada", "bo"], { ada: "busy" });
    story.change(150, "ada", "away");
    story.close(200);
    story.open(300, ["ada", "bo"], { bo: "idle" });
    story.prove(400);
  });

  test("is unknown before, between and after coverage, and half-open at its ends", async () => {
    const said = await Promise.all([99, 100, 149, 150, 199, 200, 299, 300, 399, 400].map((ms) => stateAt("ada", ms)));
    expect(said).toEqual([
      "unknown",
      "busy",
      "busy",
      "away",
      "away",
      "unknown",
      "unknown",
      "offline",
      "offline",
      "unknown",
    ]);
  });

  test("is offline for the watched person of whom nothing was said", async () => {
    expect((await statesAt(db, 160)).find(({ contactId }) => contactId === story.contactId("bo"))).toEqual({
      contactId: story.contactId("bo"),
      status: "offline",
      raw: null,
      sinceMs: 100,
      startCensored: true,
      confirmedMs: 200,
    });
  });

  test("tells since when, whether it began then, and when it was confirmed", async () => {
    const [ada] = await statesAt(db, 120);
    expect(ada).toMatchObject({ status: "busy", raw: "BSY", sinceMs: 100, startCensored: true, confirmedMs: 200 });
    const [later] = await statesAt(db, 160);
    expect(later).toMatchObject({ status: "away", raw: "AWY", sinceMs: 150, startCensored: false });
  });

  test("as of now is the last one while the proof is fresh, and unknown from then on", async () => {
    const now = async (nowMs: number) => (await statesNow(db, nowMs)).map(({ status }) => status);
    expect(await now(400)).toEqual(["offline", "idle"]);
    expect(await now(400 + PROOF_IS_FRESH_MS)).toEqual(["offline", "idle"]);
    expect(await now(401 + PROOF_IS_FRESH_MS)).toEqual(["unknown", "unknown"]);
    story.close(400, "silence");
    expect(await now(401)).toEqual(["unknown", "unknown"]);
  });

  test("is unknown for a stranger to the roster's watch", async () => {
    story.tell({ kind: "contact-added", atMs: 410, contact: contact("cleo") });
    story.prove(450);
    expect(await stateAt("cleo", 430)).toBe("unknown");
    story.tell({ kind: "watch-open", atMs: 460, ...presence("cleo", "idle") });
    story.prove(500);
    expect([await stateAt("cleo", 459), await stateAt("cleo", 460)]).toEqual(["unknown", "idle"]);
  });
});

describe("an account", () => {
  test("is observed while its coverage is open and its proof fresh", async () => {
    story.roster(90, "ada");
    story.open(100, ["ada"]);
    story.prove(200);
    const covered = async (nowMs: number) => (await listAccounts(db, nowMs))[0]?.covered;
    expect(await covered(200)).toEqual({ sinceMs: 100, provedMs: 200 });
    expect(await covered(201 + PROOF_IS_FRESH_MS)).toBeNull();
    story.close(250);
    expect(await covered(250)).toBeNull();
  });

  test("has its horizon at the last proof while observed, and at the present otherwise", async () => {
    expect(await horizonOf(db, story.accountId, 50)).toBe(50);
    story.roster(90, "ada");
    story.open(100, ["ada"]);
    story.prove(200);
    expect(await horizonOf(db, story.accountId, 500)).toBe(200);
    expect(await horizonOf(db, story.accountId, 150)).toBe(150);
    expect(await horizonOf(db, story.accountId, 201 + PROOF_IS_FRESH_MS)).toBe(201 + PROOF_IS_FRESH_MS);
    story.close(200, "stopped");
    expect(await horizonOf(db, story.accountId, 500)).toBe(500);
  });

  test("says in a word what is being done about it", async () => {
    story.tell({ kind: "account-state", atMs: 5, state: "waiting", detail: "refused the connection" });
    expect(await listAccounts(db, 10)).toMatchObject([
      { address: "me@example.com", state: "waiting", stateDetail: "refused the connection", stateSinceMs: 5 },
    ]);
  });

  test("knows its first and last claimed instant, and its coverages in a range", async () => {
    expect(await firstCoveredMs(db, story.accountId)).toBeUndefined();
    expect(lastRecordedMs(db, story.accountId)).toBe(0);
    story.open(100, []);
    story.close(200, "signed-in-elsewhere");
    story.open(300, []);
    story.prove(350);
    expect(await firstCoveredMs(db, story.accountId)).toBe(100);
    expect(lastRecordedMs(db, story.accountId)).toBe(350);
    const ends = async (fromMs: number, toMs: number) =>
      (await coverageOf(db, story.accountId, fromMs, toMs)).map(({ endReason }) => endReason);
    expect(await ends(0, 1_000)).toEqual(["signed-in-elsewhere", null]);
    expect(await ends(200, 300)).toEqual([]);
    expect(await ends(199, 301)).toHaveLength(2);
  });
});

describe("spans", () => {
  test("of several words within one millisecond say the last one, whatever their order in an index", async () => {
    story.roster(90, "ada");
    story.open(100, ["ada"], { ada: "busy" });
    for (const status of ["idle", "available", "busy", "away", "available"] as const) story.change(150, "ada", status);
    story.prove(200);
    expect(await spans("ada", 100, 200)).toEqual(["(100 busy 150]", "[150 available 200)"]);
    // Where the range begins behind them, too.
    expect(await spans("ada", 151, 200)).toEqual(["(151 available 200)"]);
  });

  test("clipped to a range take over what was said before it", async () => {
    story.roster(90, "ada");
    story.open(100, ["ada"], { ada: "busy" });
    story.change(120, "ada", "idle");
    story.change(180, "ada", "away");
    story.close(200);
    expect(await spans("ada", 150, 250)).toEqual(["(150 idle 180]", "[180 away 200)", "[200 unknown 250]"]);
    expect(await spans("ada", 130, 140)).toEqual(["(130 idle 140)"]);
  });

  test("of a range that ends before it begins are refused", async () => {
    await expect(spansOf(db, 1, 200, 200)).rejects.toThrow("a range must end after it begins: 200 to 200");
  });

  test("of a contact removed and added again leave the time between unknown", async () => {
    story.roster(90, "ada");
    story.open(100, ["ada"], { ada: "busy" });
    story.tell({ kind: "proof", atMs: 120 }, { kind: "contact-removed", atMs: 120, address: address("ada") });
    story.tell({ kind: "contact-added", atMs: 150, contact: contact("ada") });
    story.prove(155);
    story.tell({ kind: "watch-open", atMs: 160, ...presence("ada", "idle") });
    story.close(200);
    expect(await spans("ada", 100, 200)).toEqual(["(100 busy 120)", "[120 unknown 160]", "(160 idle 200)"]);
    expect(await stateAt("ada", 155)).toBe("unknown");
    expect((await findContact(db, story.contactId("ada")))?.removedMs).toBeNull();
    expect(await firstWatchedMs(db, story.contactId("ada"))).toBe(100);
  });

  test("of somebody who left the roster while nobody looked end with the last coverage", async () => {
    story.roster(90, "ada", "bo");
    story.open(100, ["ada", "bo"], { ada: "busy" });
    story.close(200);
    story.roster(290, "bo");
    story.open(300, ["bo"]);
    story.close(400);
    expect(story.rows("SELECT from_ms, to_ms, end_reason FROM watch WHERE to_ms IS NOT NULL")).toEqual([
      { from_ms: 100, to_ms: 200, end_reason: "removed" },
    ]);
    expect(await spans("ada", 100, 400)).toEqual(["(100 busy 200)", "[200 unknown 400]"]);
    expect((await findContact(db, story.contactId("ada")))?.removedMs).toBe(290);
  });

  test("of a change that is itself the last proof claim nothing after it", async () => {
    story.roster(90, "ada");
    story.open(100, ["ada"]);
    story.change(150, "ada", "busy");
    story.close(150);
    expect(await spans("ada", 100, 200)).toEqual(["(100 offline 150)", "[150 unknown 200]"]);
  });
});

describe("a contact", () => {
  test("goes by what the list calls it until its own word is heard, and the list's word is no fact", async () => {
    const named = async () => (await listContacts(db))[0]?.name;
    story.tell({ kind: "roster", atMs: 1, contacts: [contact("ada", "ada of the list")] });
    story.tell({ kind: "roster", atMs: 2, contacts: [contact("ada", "ada renamed in the list")] });
    expect(await named()).toBe("ada renamed in the list");
    story.tell({ kind: "profile", atMs: 3, address: address("ada"), field: "name", value: "Ada" });
    story.tell({ kind: "roster", atMs: 4, contacts: [contact("ada", "ada of the list")] });
    expect(await named()).toBe("Ada");
    expect(story.rows("SELECT at_ms, value FROM profile")).toEqual([{ at_ms: 3, value: "Ada" }]);
  });

  test("keeps every name, and a name said again is no new fact", async () => {
    story.tell({ kind: "roster", atMs: 2, contacts: [contact("ada", "Ada")] });
    const rename = (atMs: number, value: string) =>
      story.tell({ kind: "profile", atMs, address: address("ada"), field: "name", value });
    rename(3, "Ada");
    rename(4, "=1+1");
    rename(5, "=1+1");
    rename(6, "Ada");
    expect(story.rows("SELECT at_ms, value FROM profile ORDER BY seq")).toEqual([
      { at_ms: 3, value: "Ada" },
      { at_ms: 4, value: "=1+1" },
      { at_ms: 6, value: "Ada" },
    ]);
    expect((await listContacts(db))[0]?.name).toBe("Ada");
  });
  test("keeps each activity, also when it is the same again", () => {
    const story = new Story();
    story.tell({ kind: "roster", atMs: 1, contacts: [contact("ada")] });
    for (const atMs of [2, 3]) {
      story.tell({ kind: "activity", atMs, address: address("ada"), field: "active-while-hidden", value: "typing" });
    }
    expect(story.rows("SELECT at_ms, field, value FROM profile ORDER BY seq")).toEqual([
      { at_ms: 2, field: "active-while-hidden", value: "typing" },
      { at_ms: 3, field: "active-while-hidden", value: "typing" },
    ]);
  });

  test("takes showing nothing for news only when something was shown before", () => {
    const story = new Story();
    story.tell({ kind: "roster", atMs: 1, contacts: [contact("ada")] });
    for (const [atMs, value] of [
      [2, ""],
      [3, "at work"],
      [4, ""],
      [5, ""],
    ] as const) {
      story.tell({ kind: "profile", atMs, address: address("ada"), field: "message", value });
    }
    expect(story.rows("SELECT at_ms, value FROM profile ORDER BY seq")).toEqual([
      { at_ms: 3, value: "at work" },
      { at_ms: 4, value: "" },
    ]);
  });

  test("without a name goes by the address, and people are sorted as people sort them", async () => {
    story.tell({
      kind: "roster",
      atMs: 1,
      contacts: [contact("zoe", "émile"), contact("ada", ""), contact("bo", "“Zed”"), contact("cleo", "Eva")],
    });
    expect((await listContacts(db)).map(({ name }) => name)).toEqual(["ada@example.com", "émile", "Eva", "“Zed”"]);
  });

  test("that is missing from the roster has left it, and is back when it names them again", async () => {
    story.roster(1, "ada", "bo");
    story.roster(2, "bo");
    const removed = async () => (await listContacts(db)).map(({ removedMs }) => removedMs);
    expect(await removed()).toEqual([2, null]);
    story.roster(3, "ada", "bo");
    expect(await removed()).toEqual([null, null]);
  });

  test("belongs to the groups that the roster told last", async () => {
    story.tell({ kind: "roster", atMs: 1, contacts: [contact("ada", "Ada", ["Work", "Friends"])] });
    story.tell({ kind: "roster", atMs: 2, contacts: [contact("ada", "Ada", ["Friends"])] });
    expect((await listContacts(db))[0]?.groups).toEqual(["Friends"]);
  });
});

describe("writing", () => {
  test("a batch with one bad fact leaves nothing of it, and the next batch is written whole", () => {
    story.roster(1, "ada");
    story.open(10, ["ada"]);
    const before = [story.rows("SELECT * FROM coverage"), story.rows("SELECT * FROM contact")];
    expect(() =>
      story.tell(
        { kind: "contact-added", atMs: 20, contact: contact("bo") },
        { kind: "change", atMs: 30, ...presence("ada", "busy") },
        { kind: "change", atMs: 40, ...presence("stranger", "busy") },
      ),
    ).toThrow("stranger@example.com, who is on no roster");
    expect(story.rows("SELECT * FROM event")).toEqual([]);
    expect([story.rows("SELECT * FROM coverage"), story.rows("SELECT * FROM contact")]).toEqual(before);
    story.tell(
      { kind: "contact-added", atMs: 50, contact: contact("bo") },
      { kind: "watch-open", atMs: 60, ...presence("bo", "idle") },
    );
    expect(story.rows("SELECT contact_id, at_ms, origin FROM event")).toEqual([
      { contact_id: story.contactId("bo"), at_ms: 60, origin: 0 },
    ]);
  });

  test("a fact without coverage is a mistake of ours and is not swallowed", () => {
    story.roster(1, "ada");
    expect(() => story.change(5, "ada", "busy")).toThrow("has none open");
    expect(() => story.prove(5)).toThrow("has none open");
  });

  test("an event can not be changed", () => {
    story.roster(1, "ada");
    story.open(10, ["ada"], { ada: "busy" });
    expect(() => story.db.exec("UPDATE event SET status = 0")).toThrow("events are appended, never changed");
  });

  test("numbers of events go up and are never used again", () => {
    story.roster(1, "ada");
    story.open(10, ["ada"], { ada: "busy" });
    expect(story.tell({ kind: "change", atMs: 20, ...presence("ada", "away") })).toBe(2);
    story.db.exec("DELETE FROM event WHERE seq = 2");
    expect(story.tell({ kind: "change", atMs: 30, ...presence("ada", "idle") })).toBe(3);
  });

  test("a reader notices a commit and sees the whole batch", () => {
    const before = dataVersion(db);
    story.roster(1, "ada");
    expect(dataVersion(db)).not.toBe(before);
    expect(() => db.exec("DELETE FROM event")).toThrow("readonly");
  });

  test("an end of coverage never moves back, whatever the clock says", () => {
    story.roster(1, "ada");
    story.open(10, ["ada"]);
    story.prove(50);
    story.prove(40);
    story.close(30);
    expect(story.rows("SELECT to_ms FROM coverage")).toEqual([{ to_ms: 50 }]);
  });
});

describe("a run", () => {
  test("that was found open ended in a crash, at its last committed instant", async () => {
    story.roster(1, "ada");
    story.open(10, ["ada"], { ada: "busy" });
    story.tell({ kind: "proof", atMs: 50 }, { kind: "heartbeat", atMs: 50 });
    story.tell({ kind: "account-state", atMs: 50, state: "watching", detail: "" });
    story.startAgain(90);
    expect(story.rows("SELECT to_ms, end_reason FROM coverage")).toEqual([{ to_ms: 50, end_reason: "crash" }]);
    expect(story.rows("SELECT started_ms, ended_ms, end_reason FROM run")).toEqual([
      { started_ms: 0, ended_ms: 50, end_reason: "crash" },
      { started_ms: 90, ended_ms: null, end_reason: null },
    ]);
    expect((await listAccounts(db, 90))[0]).toMatchObject({ state: "new", covered: null });
    expect(await stateAt("ada", 60)).toBe("unknown");
    expect(await spans("ada", 10, 90)).toEqual(["(10 busy 50)", "[50 unknown 90]"]);
  });

  test("after a crash opens a coverage of its own and keeps the watch", async () => {
    story.roster(1, "ada");
    story.open(10, ["ada"], { ada: "busy" });
    story.prove(50);
    story.startAgain(90);
    story.open(100, ["ada"]);
    story.close(120, "stopped");
    expect(await spans("ada", 10, 120)).toEqual(["(10 busy 50)", "[50 unknown 100]", "(100 offline 120)"]);
    expect(story.rows("SELECT from_ms, to_ms FROM watch")).toEqual([{ from_ms: 10, to_ms: null }]);
    expect(story.rows("SELECT count(*) AS sources FROM source")).toEqual([{ sources: 1 }]);
  });

  test("is alive while it has not ended and was heard from lately", async () => {
    story.tell({ kind: "heartbeat", atMs: 1_000 });
    const alive = async (nowMs: number) => (await lastCollector(db, nowMs))?.alive;
    expect(await alive(1_000 + HEARTBEAT_IS_FRESH_MS)).toBe(true);
    expect(await alive(1_001 + HEARTBEAT_IS_FRESH_MS)).toBe(false);
    story.end(1_100);
    expect(await lastCollector(db, 1_100)).toMatchObject({ alive: false, heartbeatMs: 1_100, pid: process.pid });
    expect(story.rows("SELECT ended_ms, end_reason FROM run")).toEqual([{ ended_ms: 1_100, end_reason: "stopped" }]);
  });
});

describe("any history", () => {
  const NAMES = ["ada", "bo", "cleo"];
  const END = 200;
  const step = fc.record({
    wait: fc.nat({ max: 12 }),
    do: fc.constantFrom("open", "change", "change", "change", "prove", "close", "crash", "add", "remove", "speak"),
    who: fc.constantFrom(...NAMES),
    status: fc.constantFrom<Status>(...STATUSES),
    present: fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom<Status>(...STATUSES.slice(1))),
  });

  interface Covered {
    fromMs: number;
    toMs: number;
    said: { atMs: number; who: string; status: Status }[];
  }

  /** What was told, kept in lists of the test's own. */
  class Told {
    readonly coverages: Covered[] = [];
    readonly watches: { who: string; fromMs: number; toMs: number }[] = [];

    watch(who: string, fromMs: number): void {
      if (!this.watches.some((one) => one.who === who && one.toMs === Infinity))
        this.watches.push({ who, fromMs, toMs: Infinity });
    }

    unwatch(who: string, toMs: number): void {
      for (const one of this.watches) if (one.who === who && one.toMs === Infinity) one.toMs = toMs;
    }

    /** The design's definition, word for word and slow. */
    stateAt(who: string, atMs: number): Reading {
      const coverage = this.coverages.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
      const watch = this.watches.find((one) => one.who === who && one.fromMs <= atMs && atMs < one.toMs);
      if (!coverage || !watch) return "unknown";
      return coverage.said.findLast((one) => one.who === who && one.atMs <= atMs)?.status ?? "offline";
    }
  }

  /** Tells the story and notes it down on the side, as a collector would: only what can happen happens. */
  function live(steps: (typeof step extends fc.Arbitrary<infer Each> ? Each : never)[]): Told {
    const told = new Told();
    const onRoster = new Set(NAMES);
    const known = new Set<string>();
    let open: Covered | undefined;
    let atMs = 10;
    story.roster(atMs, ...NAMES);
    for (const { wait, do: what, who, status, present } of steps) {
      atMs += wait;
      if (what === "open" && !open) {
        const people = [...onRoster];
        const here = Object.fromEntries(Object.entries(present).filter(([name]) => onRoster.has(name)));
        open = {
          fromMs: atMs,
          toMs: atMs,
          said: Object.entries(here).map(([name, word]) => ({ atMs, who: name, status: word })),
        };
        told.coverages.push(open);
        known.clear();
        for (const name of people) known.add(name);
        for (const name of people) told.watch(name, atMs);
        story.open(atMs, people, here);
      } else if (what === "change" && open && known.has(who)) {
        open.said.push({ atMs, who, status });
        open.toMs = atMs;
        story.change(atMs, who, status);
      } else if (what === "speak" && open && onRoster.has(who) && !known.has(who)) {
        known.add(who);
        open.said.push({ atMs, who, status });
        open.toMs = atMs;
        told.watch(who, atMs);
        story.tell({ kind: "watch-open", atMs, ...presence(who, status) });
      } else if (what === "prove" && open) {
        open.toMs = atMs;
        story.prove(atMs);
      } else if (what === "close" && open) {
        // It ends at its last proof, however late that is noticed.
        story.close(open.toMs);
        open = undefined;
      } else if (what === "crash") {
        open = undefined;
        story.startAgain(atMs);
      } else if (what === "remove" && open && onRoster.has(who)) {
        onRoster.delete(who);
        known.delete(who);
        told.unwatch(who, atMs);
        open.toMs = atMs;
        story.tell({ kind: "proof", atMs }, { kind: "contact-removed", atMs, address: address(who) });
      } else if (what === "add" && open && !onRoster.has(who)) {
        onRoster.add(who);
        open.toMs = atMs;
        story.tell({ kind: "proof", atMs }, { kind: "contact-added", atMs, contact: contact(who) });
      }
    }
    return told;
  }

  test("reads at every instant as the design defines, by instant and by span", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        story = new Story();
        db = story.db;
        const told = live(steps);
        const ids = NAMES.map((name) => story.contactId(name));
        const recorded = await Promise.all(ids.map((id) => spansOf(db, id, 0, END)));
        for (let atMs = 0; atMs < END; atMs++) {
          const expected = NAMES.map((name) => told.stateAt(name, atMs));
          const states = await statesAt(db, atMs);
          expect(
            states.map(({ status }) => status),
            `states at ${atMs}`,
          ).toEqual(expected);
          const spanned = recorded.map((all) => all.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)?.status);
          expect(spanned, `spans at ${atMs}`).toEqual(expected);
        }
        story.db.close();
      }),
      { seed: 8, numRuns: 30 },
    );
  });
});
