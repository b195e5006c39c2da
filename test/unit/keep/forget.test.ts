import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { applyTombstones, forgetParams } from "../../../db/keep/forget.ts";
import { answerOf, askFor, RequestDesk } from "../../../db/keep/requests.ts";
import { forgottenAt, readTombstones } from "../../../db/keep/tombstones.ts";
import { type Handle, openForWriting } from "../../../db/open.ts";
import { Roller } from "../../../db/rollup/roller.ts";
import { DAY_MS } from "../../../db/rollup/timeline.ts";
import { address, contact, presence, Story } from "../db/story.ts";

const START = 20_600 * DAY_MS;
const HOUR_MS = 3_600_000;
const NOW = START + 20 * DAY_MS;

const ROLLUPS = [
  "SELECT contact_id, day, hex(timeline) FROM contact_day ORDER BY 1, 2",
  "SELECT account_id, day, hex(quarters) FROM account_day ORDER BY 1, 2",
  "SELECT day, hex(quarters) FROM everyone_day ORDER BY 1",
];

function rollAll(db: Handle): void {
  const roller = new Roller(db);
  while (roller.roll(NOW, 1_000));
}

/** Twenty days in which ada and zelda-zimt come and go, and zelda leaves traces wherever one can. */
function twentyDays(): Story {
  const story = new Story(START);
  const { db } = story;
  db.pragma("synchronous = OFF");
  story.tell({
    kind: "roster",
    atMs: START,
    contacts: [contact("ada"), contact("zelda-zimt", "Zeldachen"), contact("bo")],
  });
  story.open(START + HOUR_MS, ["ada", "zelda-zimt", "bo"], { bo: "busy", "zelda-zimt": "available" });
  for (let hour = 2; hour < 20 * 24 - 30; hour++) {
    story.change(START + hour * HOUR_MS, hour % 3 === 0 ? "zelda-zimt" : "ada", hour % 2 === 0 ? "busy" : "away");
    const value = `Zeldachen the ${hour}th`;
    if (hour % 5 === 0)
      story.tell({
        kind: "profile",
        atMs: START + hour * HOUR_MS,
        address: address("zelda-zimt"),
        field: "name",
        value,
      });
  }
  rollAll(db);
  const id = story.contactId("zelda-zimt");
  db.prepare("INSERT INTO contact_note VALUES (?, 'Zeldachen', 'owes me Zimt')").run(id);
  db.prepare("INSERT INTO contact_tag VALUES (?, 'zeldachen')").run(id);
  db.prepare("INSERT INTO contact_retention VALUES (?, 400)").run(id);
  db.prepare("INSERT INTO pause (contact_id, from_ms, to_ms) VALUES (?, 1, 2)").run(id);
  db.prepare("INSERT INTO person VALUES (1, 'Zeldachen', 1)").run();
  const link = db.prepare("INSERT INTO person_link (person_id, contact_id, linked_ms) VALUES (1, ?, 1)");
  for (const name of ["zelda-zimt", "bo"]) link.run(story.contactId(name));
  db.prepare("INSERT INTO setting VALUES ('exclude', ?)").run(
    JSON.stringify(["*@corp.example", address("zelda-zimt")]),
  );
  db.prepare("UPDATE account SET state_detail = 'no answer about Zelda-Zimt@example.com'").run();
  return story;
}

function forgetZelda(story: Story): number {
  return askFor(story.db, "forget", forgetParams(story.db, story.contactId("zelda-zimt")), NOW);
}

async function finish(db: Handle, id: number): Promise<void> {
  const desk = new RequestDesk(db);
  await expect
    .poll(() => {
      while (desk.step(NOW));
      return answerOf(db, id)?.state;
    })
    .toBe("done");
}

function scraps(story: Story): string[] {
  const bytes = ["", "-wal"].map((end) => readFileSync(story.path + end, "latin1")).join("\n");
  return bytes.match(/.{0,20}zelda.{0,20}/gi) ?? [];
}

test("nothing of whom we forget is left in the file or in its log", async () => {
  const story = twentyDays();
  const id = forgetZelda(story);
  expect(scraps(story)).not.toEqual([]);
  await finish(story.db, id);
  expect(answerOf(story.db, id)?.answer).toEqual({ events: 150, isLogClean: true });
  expect(scraps(story)).toEqual([]);
  expect(story.rows("SELECT address FROM contact")).toEqual([{ address: address("ada") }, { address: address("bo") }]);
  expect(story.rows("SELECT value FROM setting WHERE key = 'exclude'")).toEqual([
    { value: expect.stringMatching(/^\["#[0-9a-f]{64}","\*@corp\.example"\]$/) },
  ]);
  expect(forgottenAt(story.db)).toEqual([NOW]);
  expect(story.rows("PRAGMA foreign_key_check")).toEqual([]);
  expect(story.rows("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
});

test("the sums of all are those of who is left", async () => {
  const story = twentyDays();
  await finish(story.db, forgetZelda(story));
  const corrected = ROLLUPS.map((sql) => story.rows(sql));
  for (const table of ["contact_day", "account_day", "everyone_day", "rollup_mark"])
    story.db.exec(`DELETE FROM ${table}`);
  rollAll(story.db);
  expect(ROLLUPS.map((sql) => story.rows(sql))).toEqual(corrected);
});

test("a collector that dies in the middle finishes it in its next life", async () => {
  for (const steps of [1, 2, 3, 4, 5, 7, 9, 12]) {
    const story = twentyDays();
    const id = forgetZelda(story);
    const desk = new RequestDesk(story.db);
    for (let n = 0; n < steps; n++) desk.step(NOW);
    // Whatever has gone already, silence is not taken for offline.
    const states = story.rows(
      "SELECT count(*) AS n FROM watch w JOIN contact c ON c.id = w.contact_id WHERE c.address LIKE 'zelda%'",
    );
    expect(states).toEqual([{ n: 0 }]);
    await finish(story.db, id);
    expect(scraps(story)).toEqual([]);
    expect(forgottenAt(story.db)).toEqual([NOW]);
  }
});

test("a number that has become somebody else's is not forgotten by a request from before", async () => {
  const story = twentyDays();
  const params = forgetParams(story.db, story.contactId("zelda-zimt"));
  await finish(story.db, forgetZelda(story));
  story.db
    .prepare("UPDATE contact SET id = ? WHERE address = ?")
    .run((params as { contactId: number }).contactId + 90, "x");
  story.db.pragma("foreign_keys = OFF");
  story.db
    .prepare("UPDATE contact SET id = ? WHERE address = ?")
    .run((params as { contactId: number }).contactId, address("bo"));
  await finish(story.db, askFor(story.db, "forget", params, NOW));
  expect(story.rows("SELECT count(*) AS n FROM contact")).toEqual([{ n: 2 }]);
});

test("the collector does not start again, though they are on the roster and talk", async () => {
  const story = twentyDays();
  await finish(story.db, forgetZelda(story));
  story.startAgain(NOW);
  story.roster(NOW, "ada", "zelda-zimt", "bo");
  story.open(NOW, ["ada", "zelda-zimt", "bo"], { "zelda-zimt": "busy", ada: "busy" });
  story.change(NOW + 1, "zelda-zimt", "away");
  story.tell(
    { kind: "watch-open", atMs: NOW + 2, ...presence("zelda-zimt", "idle") },
    { kind: "profile", atMs: NOW + 3, address: address("zelda-zimt"), field: "name", value: "Zeldachen" },
    { kind: "activity", atMs: NOW + 4, address: address("zelda-zimt"), field: "invitation", value: "zeldagame" },
    { kind: "contact-removed", atMs: NOW + 5, address: address("zelda-zimt") },
    { kind: "contact-added", atMs: NOW + 6, contact: contact("zelda-zimt", "Zeldachen") },
  );
  expect(scraps(story)).toEqual([]);
});

test("a backup that is put back forgets again whom the present history has forgotten", async () => {
  const story = twentyDays();
  const backup = join(story.folder, "backup.db");
  story.db.pragma("wal_checkpoint(TRUNCATE)");
  copyFileSync(story.path, backup);
  await finish(story.db, forgetZelda(story));
  const db = openForWriting(backup);
  try {
    expect(await applyTombstones(db, readTombstones(story.db), NOW)).toBe(1);
    expect(readFileSync(backup, "latin1")).not.toMatch(/zelda/i);
    expect(forgottenAt(db)).toEqual([NOW]);
    expect(await applyTombstones(db, readTombstones(story.db), NOW)).toBe(0);
  } finally {
    db.close();
  }
});
