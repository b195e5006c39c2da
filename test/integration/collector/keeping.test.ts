/** What a user asks for while the collector runs takes effect through the database alone, and soon. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { forgetParams } from "../../../db/keep/forget.ts";
import type { Answer } from "../../../db/keep/handler.ts";
import { answerOf, askFor } from "../../../db/keep/requests.ts";
import { contactsNamed } from "../../../db/keep/whom.ts";
import { type Handle, openForWriting } from "../../../db/open.ts";
import { CollectorFixture } from "../../helpers/collector-fixture.ts";
import { actAsMessenger, RawServer } from "../../helpers/raw-server.ts";
import { TestClock } from "../../helpers/test-clock.ts";
import { query } from "../replay/scenarios.ts";

interface Scene {
  clock: TestClock;
  databasePath: string;
  /** A user's own handle, as a command has it. */
  db: Handle;
  say(...lines: string[]): Promise<void>;
  /** Asks as a command does, and lets two seconds pass, in which it must be answered. */
  ask(kind: string, params: Answer): Promise<Answer>;
  idOf(address: string): number;
  /** The line is cut, and the collector signs in again. */
  signInAgain(): Promise<void>;
}

async function onStage(act: (scene: Scene) => Promise<void>): Promise<void> {
  const clock = new TestClock();
  const stage = {
    contacts: ["bob@x.org", "zelda@corp.example", "zoe@x.org"],
    present: ["BSY zelda@corp.example Zelda", "AWY bob@x.org Bob"],
  };
  await using server = await RawServer.listen({ clock, serve: (peer) => actAsMessenger(peer, stage) });
  await using rollcall = await CollectorFixture.start({ clock, accounts: [{ port: server.port }] });
  const db = openForWriting(rollcall.databasePath);
  try {
    await clock.advance(1_000);
    await expect.poll(() => contactsNamed(db, "zoe@x.org").length).toBe(1);
    await act({
      clock,
      databasePath: rollcall.databasePath,
      db,
      async say(...lines) {
        server.peer.say(...lines);
        await clock.advance(1_000);
      },
      async ask(kind, params) {
        const id = askFor(db, kind, params, clock.nowMs());
        for (let n = 0; n < 20; n++) await clock.advance(100);
        // The writer's thread has a time of its own.
        await expect.poll(() => answerOf(db, id)?.state).toBe("done");
        return answerOf(db, id)?.answer ?? {};
      },
      idOf: (address) => contactsNamed(db, address)[0]?.id ?? 0,
      async signInAgain() {
        server.peer.reset();
        await clock.advance(2_000);
      },
    });
    await rollcall.stop();
  } finally {
    db.close();
  }
}

function eventsOf(path: string, address: string): string[] {
  const sql = `SELECT e.raw || iif(e.origin = 0, ' baseline', '') AS line
     FROM event e JOIN contact c ON c.id = e.contact_id WHERE c.address = '${address}' ORDER BY e.seq`;
  return query<{ line: string }>(path, sql).map(({ line }) => line);
}

function watchesOf(path: string, address: string): (string | null)[] {
  const sql = `SELECT w.end_reason AS reason FROM watch w JOIN contact c ON c.id = w.contact_id
    WHERE c.address = '${address}' ORDER BY w.id`;
  return query<{ reason: string | null }>(path, sql).map(({ reason }) => reason);
}

test("nothing is recorded of a paused contact, and others go on", async () => {
  await onStage(async ({ say, ask, idOf, databasePath, signInAgain, clock }) => {
    await say("NLN NLN zelda@corp.example Zelda");
    expect(await ask("pause", { contactId: idOf("zelda@corp.example") })).toEqual({ changed: true });
    await say("NLN PHN zelda@corp.example Zeldachen", "NLN PHN bob@x.org Bob");
    await signInAgain();
    await say("NLN LUN zelda@corp.example Zeldachen");
    await expect.poll(() => eventsOf(databasePath, "zelda@corp.example")).toEqual(["BSY baseline", "NLN"]);
    await expect.poll(() => eventsOf(databasePath, "bob@x.org")).toEqual(["AWY baseline", "PHN", "AWY baseline"]);
    await expect.poll(() => watchesOf(databasePath, "zelda@corp.example")).toEqual(["paused"]);
    expect(query(databasePath, "SELECT name FROM contact WHERE name = 'Zeldachen'")).toEqual([]);
    expect(await ask("resume", { contactId: idOf("zelda@corp.example") })).toEqual({ changed: true });
    await clock.advance(5_000);
    await expect.poll(() => watchesOf(databasePath, "zelda@corp.example")).toEqual(["paused"]);
    await say("NLN BSY zelda@corp.example Zelda");
    await say("NLN BRB zelda@corp.example Zelda");
    await expect.poll(() => eventsOf(databasePath, "zelda@corp.example").slice(2)).toEqual(["BSY baseline", "BRB"]);
    await expect.poll(() => watchesOf(databasePath, "zelda@corp.example")).toEqual(["paused", null]);
  });
});

test("the first word after a pause counts even when it is the same as the last before", async () => {
  await onStage(async ({ say, ask, idOf, databasePath }) => {
    await ask("pause", { contactId: idOf("zelda@corp.example") });
    await ask("resume", { contactId: idOf("zelda@corp.example") });
    await say("NLN BSY zelda@corp.example Zelda");
    await expect.poll(() => eventsOf(databasePath, "zelda@corp.example")).toEqual(["BSY baseline", "BSY baseline"]);
  });
});

test("what somebody is called since a pause is recorded with the first word after it, and not before", async () => {
  await onStage(async ({ say, ask, idOf, databasePath }) => {
    const names = () =>
      query<{ value: string }>(
        databasePath,
        `SELECT p.value FROM profile p JOIN contact c ON c.id = p.contact_id
         WHERE c.address = 'zelda@corp.example' AND p.field = 'name' ORDER BY p.seq`,
      ).map(({ value }) => value);
    await ask("pause", { contactId: idOf("zelda@corp.example") });
    await say("NLN PHN zelda@corp.example Zeldachen", "NLN PHN zelda@corp.example Zeldina");
    await ask("resume", { contactId: idOf("zelda@corp.example") });
    await expect.poll(names).toEqual(["Zelda"]);
    await say("NLN BSY zelda@corp.example Zeldina");
    await expect.poll(names).toEqual(["Zelda", "Zeldina"]);
    expect(query(databasePath, "SELECT value FROM profile WHERE value = 'Zeldachen'")).toEqual([]);
  });
});

test("who is resumed and says nothing is watched from the next sign-in", async () => {
  await onStage(async ({ ask, idOf, databasePath, signInAgain }) => {
    await ask("pause", { contactId: idOf("zoe@x.org") });
    await ask("resume", { contactId: idOf("zoe@x.org") });
    await expect.poll(() => watchesOf(databasePath, "zoe@x.org")).toEqual(["paused"]);
    await signInAgain();
    await expect.poll(() => watchesOf(databasePath, "zoe@x.org")).toEqual(["paused", null]);
  });
});

test("whoever matches a pattern is left out from then on, and recorded again when it is taken away", async () => {
  await onStage(async ({ say, ask, databasePath, signInAgain }) => {
    expect(await ask("exclude", { pattern: "*@corp.example" })).toEqual({ changed: true, stored: 1 });
    await say(
      "NLN NLN zelda@corp.example Zelda",
      "ADD 0 FL 2 yves@corp.example Yves 0",
      "NLN BSY yves@corp.example Yves",
    );
    await signInAgain();
    await expect.poll(() => eventsOf(databasePath, "zelda@corp.example")).toEqual(["BSY baseline"]);
    await expect.poll(() => watchesOf(databasePath, "zelda@corp.example")).toEqual(["excluded"]);
    expect(query(databasePath, "SELECT address FROM contact WHERE address LIKE 'yves%'")).toEqual([]);
    expect(readFileSync(`${databasePath}-wal`, "latin1")).not.toMatch(/yves/i);
    await say("ADD 0 FL 3 yves@corp.example Yves 0");
    await ask("include", { pattern: "*@corp.example" });
    await say("NLN PHN yves@corp.example Yves", "NLN PHN zelda@corp.example Zelda");
    await say("NLN BRB yves@corp.example Yves", "NLN BRB zelda@corp.example Zelda");
    await expect.poll(() => eventsOf(databasePath, "yves@corp.example")).toEqual(["PHN baseline", "BRB"]);
    await expect
      .poll(() => eventsOf(databasePath, "zelda@corp.example"))
      .toEqual(["BSY baseline", "PHN baseline", "BRB"]);
  });
});

test("whom we forget is gone while the collector runs, and stays so though they talk on", async () => {
  await onStage(async ({ say, ask, db, idOf, databasePath, signInAgain }) => {
    await say("NLN NLN zelda@corp.example Zelda");
    const { isLogClean } = await ask("forget", forgetParams(db, idOf("zelda@corp.example")));
    expect(isLogClean).toBe(true);
    await say("NLN PHN zelda@corp.example Zelda", "NLN PHN bob@x.org Bob");
    await signInAgain();
    await say("NLN PHN zelda@corp.example Zelda");
    for (const end of ["", "-wal"]) expect(readFileSync(databasePath + end, "latin1")).not.toMatch(/zelda/i);
    await expect.poll(() => eventsOf(databasePath, "bob@x.org")).toEqual(["AWY baseline", "PHN", "AWY baseline"]);
  });
});
