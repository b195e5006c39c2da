import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { exportRows } from "../../../db/export/export.ts";
import { ManifestMaker } from "../../../db/export/manifest.ts";
import type { ExportQuery, Format, Shape } from "../../../db/export/query.ts";
import { spansOf } from "../../../db/history/spans.ts";
import type { Handle } from "../../../db/open.ts";
import { Roller } from "../../../db/rollup/roller.ts";
import type { Status } from "../../../db/status.ts";
import { contact, Story } from "../db/story.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Row = Record<string, string>;
type Asked = Partial<ExportQuery> & { shape: Shape };

let story: Story;
let db: Handle;

beforeEach(() => {
  story = new Story(0);
  db = story.read();
});

async function text(query: Asked, format: Format = "csv"): Promise<string> {
  const chunks: string[] = [];
  for await (const chunk of exportRows(db, { zone: "UTC", nowMs: 4e12, ...query }, format)) chunks.push(chunk);
  return chunks.join("");
}

async function rows(query: Asked): Promise<Row[]> {
  return parse(await text(query), { columns: true });
}

/** Observed from 10:00 to 14:00 and from 20:00 of one day to 04:00 of the next; ada is busy from 12:00 on and then offline. */
const NOON = Date.UTC(2026, 10, 22, 12);
function tellTwoDays(): void {
  story.roster(NOON - 3 * HOUR_MS, "ada");
  story.open(NOON - 2 * HOUR_MS, ["ada"]);
  story.change(NOON, "ada", "busy");
  story.close(NOON + 2 * HOUR_MS);
  story.open(NOON + 8 * HOUR_MS, ["ada"]);
  story.close(NOON + 16 * HOUR_MS);
}

describe("daily", () => {
  test("has a row for each local day, with what was observed beside every sum", async () => {
    tellTwoDays();
    const [first, second, ...others] = await rows({ shape: "daily", nowMs: NOON + 24 * HOUR_MS });
    expect(first).toEqual({
      date: "2026-11-22",
      from_utc: "2026-11-22T00:00:00.000Z",
      to_utc: "2026-11-23T00:00:00.000Z",
      tz: "UTC",
      account: "me@example.com",
      address: "ada@example.com",
      name: "ada",
      seconds: "86400",
      observed_seconds: "28800",
      unknown_seconds: "57600",
      around_seconds: "7200",
      available_seconds: "0",
      idle_seconds: "0",
      away_seconds: "0",
      be_right_back_seconds: "0",
      on_the_phone_seconds: "0",
      out_to_lunch_seconds: "0",
      busy_seconds: "7200",
      other_seconds: "0",
      offline_seconds: "21600",
    });
    expect(second).toMatchObject({ date: "2026-11-23", seconds: "43200", observed_seconds: "14400" });
    expect(others).toEqual([]);
  });

  test("leaves the sums of a day that nobody observed empty, and never calls it offline", async () => {
    tellTwoDays();
    const [, , third] = await rows({ shape: "daily", nowMs: NOON + 3 * DAY_MS });
    expect(third).toMatchObject({ date: "2026-11-24", observed_seconds: "0", unknown_seconds: "86400" });
    expect([third?.around_seconds, third?.offline_seconds, third?.busy_seconds]).toEqual(["", "", ""]);
  });

  test.each([
    ["Europe/Berlin", Date.UTC(2026, 2, 27), [24, 23, 24]],
    ["Europe/Berlin", Date.UTC(2026, 9, 23), [24, 25, 24]],
    ["Australia/Lord_Howe", Date.UTC(2026, 3, 3), [24, 24.5, 24]],
    ["Asia/Kathmandu", Date.UTC(2026, 3, 3), [24, 24]],
  ])("of %s have their own length", async (zone, startMs, hours) => {
    story.roster(startMs, "ada");
    story.open(startMs, ["ada"], { ada: "busy" });
    story.close(startMs + 6 * DAY_MS, "stopped");
    const said = await rows({ shape: "daily", zone });
    expect(said.slice(1, 1 + hours.length).map((row) => Number(row.seconds) / 3600)).toEqual(hours);
  });

  test("have no day that a zone skipped", async () => {
    const startMs = Date.UTC(2011, 11, 29, 0);
    story.roster(startMs, "ada");
    story.open(startMs, ["ada"], { ada: "busy" });
    story.close(startMs + 3 * DAY_MS, "stopped");
    const range = { fromMs: startMs, toMs: startMs + 3 * DAY_MS };
    const said = await rows({ shape: "daily", zone: "Pacific/Apia", ...range });
    expect(said.map((row) => row.date)).toEqual(["2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01"]);
  });

  test("of a range are cut to it", async () => {
    tellTwoDays();
    const range = { fromMs: NOON, toMs: NOON + HOUR_MS };
    expect(await rows({ shape: "daily", ...range })).toMatchObject([
      {
        from_utc: "2026-11-22T12:00:00.000Z",
        to_utc: "2026-11-22T13:00:00.000Z",
        seconds: "3600",
        busy_seconds: "3600",
      },
    ]);
  });
});

describe("hourly", () => {
  test("has a row for each local hour, and one for each time that a clock change shows it", async () => {
    const fold = Date.UTC(2026, 9, 25, 0);
    story.roster(fold - DAY_MS, "ada");
    story.open(fold - DAY_MS, ["ada"], { ada: "busy" });
    story.close(fold + DAY_MS, "stopped");
    const local = async (zone: string, fromMs: number, hours: number) =>
      (await rows({ shape: "hourly", zone, fromMs, toMs: fromMs + hours * HOUR_MS })).map(
        (row) => `${row.date} ${row.hour} ${row.utc_offset} ${row.seconds}`,
      );
    expect(await local("Europe/Berlin", fold - HOUR_MS, 4)).toEqual([
      "2026-10-25 1 +02:00 3600",
      "2026-10-25 2 +02:00 3600",
      "2026-10-25 2 +01:00 3600",
      "2026-10-25 3 +01:00 3600",
    ]);
    expect(await local("Asia/Kathmandu", fold, 1)).toEqual(["2026-10-25 5 +05:45 900", "2026-10-25 6 +05:45 2700"]);
    expect(await local("Australia/Lord_Howe", Date.UTC(2026, 3, 4, 14), 2)).toEqual([
      "2026-04-05 1 +11:00 3600",
      "2026-04-05 1 +10:30 1800",
      "2026-04-05 2 +10:30 1800",
    ]);
  });
});

test("sums of any history are those of its spans, rolled up or not", async () => {
  const step = fc.record({
    minutes: fc.integer({ min: 1, max: 2_500 }),
    status: fc.constantFrom<Status>("busy", "away", "offline"),
    isGap: fc.boolean(),
  });
  const zones = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia");
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 12 }),
      zones,
      fc.boolean(),
      async (steps, zone, isRolled) => {
        story = new Story(0);
        db = story.db;
        let atMs = Date.UTC(2026, 2, 27);
        story.roster(atMs, "ada");
        story.open(atMs, ["ada"]);
        for (const { minutes, status, isGap } of steps) {
          atMs += minutes * 60_000 + 7;
          if (isGap) {
            story.close(atMs);
            atMs += minutes * 30_000;
            story.open(atMs, ["ada"], status === "offline" ? {} : { ada: status });
          } else story.change(atMs, "ada", status);
        }
        story.close(atMs + 1, "stopped");
        const nowMs = atMs + DAY_MS;
        if (isRolled) while (new Roller(db).roll(nowMs, 1_000));
        for (const shape of ["daily", "hourly"] as const) {
          for (const row of await rows({ shape, zone, nowMs })) {
            const spans = await spansOf(db, 1, Date.parse(row.from_utc ?? ""), Date.parse(row.to_utc ?? ""));
            const seconds = (status: string) =>
              spans.reduce((sum, span) => sum + (span.status === status ? span.toMs - span.fromMs : 0), 0) / 1000;
            expect(Number(row.unknown_seconds)).toBe(seconds("unknown"));
            for (const status of ["busy", "away", "offline"]) {
              const isKnown = row.observed_seconds !== "0";
              expect(row[`${status}_seconds`]).toBe(isKnown ? String(seconds(status)) : "");
            }
          }
        }
        db.close();
      },
    ),
    { seed: 23, numRuns: 25 },
  );
});

describe("JSON lines", () => {
  test("carry the columns' names, numbers and booleans as such, and null for what is not known", async () => {
    tellTwoDays();
    const lines = (await text({ shape: "spans", nowMs: NOON + 3 * HOUR_MS }, "jsonl")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line)).slice(0, 3)).toMatchObject([
      { from_utc: "2026-11-22T10:00:00.000Z", status: "offline", raw: null, seconds: 7200, start_censored: true },
      { status: "busy", raw: "BSY", start_censored: false, end_censored: true },
      { status: "unknown", seconds: 3600, start_censored: null },
    ]);
  });

  test("leave text as it was written", async () => {
    story.tell({ kind: "roster", atMs: 5, contacts: [contact("ada", '=1,"\n🎈')] });
    story.open(6, ["ada"], { ada: "busy" });
    story.prove(7);
    expect(JSON.parse(await text({ shape: "events" }, "jsonl"))).toMatchObject({
      name: '=1,"\n🎈',
      address: "ada@example.com",
    });
  });
});

describe("pseudonyms", () => {
  test.each<Shape>(["events", "spans", "daily", "hourly", "coverage"])("leave no name in %s", async (shape) => {
    story.roster(NOON - HOUR_MS, "ada", "bo");
    story.open(NOON, ["ada", "bo"], { ada: "busy", bo: "away" });
    story.change(NOON + 5, "ada", "idle");
    story.close(NOON + HOUR_MS);
    for (const format of ["csv", "jsonl"] as const) {
      const said = await text({ shape, hasPseudonyms: true, nowMs: NOON + HOUR_MS }, format);
      const source = story.rows("SELECT name FROM source") as { name: string }[];
      for (const word of ["ada", "bo@", "me@", "@example", source[0]?.name ?? ""]) expect(said).not.toContain(word);
    }
    if (shape === "events") {
      const said = await rows({ shape, hasPseudonyms: true });
      expect(said.map((row) => [row.account, row.address, row.name])).toEqual([
        ["account-1", "contact-1", "contact-1"],
        ["account-1", "contact-2", "contact-2"],
        ["account-1", "contact-1", "contact-1"],
      ]);
    }
  });
});

test("a manifest tells how many rows there are, and their hash", async () => {
  tellTwoDays();
  const maker = new ManifestMaker();
  const query: ExportQuery = { shape: "events", zone: "UTC", nowMs: NOON + DAY_MS, contacts: ["ada@example.com"] };
  let bytes = 0;
  for await (const chunk of maker.watch(exportRows(db, query, "csv", { onRows: (n) => maker.count(n) }))) {
    bytes += Buffer.byteLength(chunk);
  }
  expect(maker.finish(query, "csv", "9.9")).toMatchObject({
    rollcall: "9.9",
    rows: 1,
    bytes,
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    from: null,
    contact: "ada@example.com",
    account: false,
    asOf: "2026-11-23T12:00:00.000Z",
  });
});
