import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { exportRows } from "../../../db/export/export.ts";
import { type ExportQuery, parseExportQuery, type Shape } from "../../../db/export/query.ts";
import { PROOF_IS_FRESH_MS } from "../../../db/history/accounts.ts";
import { spansOf } from "../../../db/history/spans.ts";
import type { Handle } from "../../../db/open.ts";
import { putAccount } from "../../../db/settings/accounts.ts";
import type { Status } from "../../../db/status.ts";
import { ACCOUNT, address, contact, presence, Story } from "../db/story.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const START = Date.UTC(2026, 10, 1);

type Row = Record<string, string>;

let story: Story;
let db: Handle;

beforeEach(() => {
  story = new Story(START);
  db = story.read();
});

async function bytes(query: Partial<ExportQuery> & { shape: Shape }): Promise<string> {
  const chunks: string[] = [];
  for await (const chunk of exportRows(db, { zone: "UTC", nowMs: START + 365 * DAY_MS, ...query }, "csv"))
    chunks.push(chunk);
  return chunks.join("");
}

async function rows(query: Partial<ExportQuery> & { shape: Shape }): Promise<Row[]> {
  return parse(await bytes(query), { columns: true, relax_quotes: false });
}

/** As the documentation tells readers to: exactly one `'` comes off. */
function readBack(cell: string | undefined): string {
  return (cell ?? "").replace(/^'/, "");
}

/** Twelve hours with a gap of two, in which ada comes, goes busy and leaves, and bo is away throughout. */
function tellTwelveHours(): void {
  story.roster(START - 1, "ada", "bo");
  story.open(START, ["ada", "bo"], { bo: "away" });
  story.change(START + HOUR_MS, "ada", "available");
  story.change(START + 3 * HOUR_MS, "ada", "busy");
  story.close(START + 5 * HOUR_MS);
  story.open(START + 7 * HOUR_MS, ["ada", "bo"], { ada: "idle" });
  story.change(START + 9 * HOUR_MS, "ada", "offline");
  story.close(START + 12 * HOUR_MS, "stopped");
}

describe("columns", () => {
  // These names are promised to users' scripts: docs/design.md, "What others may rely on".
  test.each<[Shape, string]>([
    ["events", "at_utc,at_local,utc_offset,tz,account,address,name,status,raw,origin"],
    [
      "spans",
      "from_utc,to_utc,from_local,to_local,tz,account,address,name,status,raw,seconds,start_censored,end_censored",
    ],
    ["coverage", "from_utc,to_utc,account,source,end_reason"],
  ])("of %s are the promised ones, also when there is nothing to tell", async (shape, header) => {
    expect(await bytes({ shape })).toBe(`${header}\r\n`);
    tellTwelveHours();
    expect((await bytes({ shape })).split("\r\n", 1)).toEqual([header]);
  });
});

describe("events", () => {
  test("come in the order in which they were recorded, baselines told from changes", async () => {
    tellTwelveHours();
    const said = await rows({ shape: "events" });
    expect(said.map((row) => [row.at_utc, row.address, row.status, row.raw, row.origin])).toEqual([
      ["2026-11-01T00:00:00.000Z", "bo@example.com", "away", "AWY", "baseline"],
      ["2026-11-01T01:00:00.000Z", "ada@example.com", "available", "NLN", "change"],
      ["2026-11-01T03:00:00.000Z", "ada@example.com", "busy", "BSY", "change"],
      ["2026-11-01T07:00:00.000Z", "ada@example.com", "idle", "IDL", "baseline"],
      ["2026-11-01T09:00:00.000Z", "ada@example.com", "offline", "FLN", "change"],
    ]);
    expect(said[0]).toMatchObject({ account: "me@example.com", tz: "UTC", utc_offset: "+00:00" });
  });

  test("tell local time, with the offset that tells the repeated hour from itself", async () => {
    story.roster(START, "ada");
    const fold = Date.UTC(2026, 9, 25, 0, 30);
    story.open(fold - DAY_MS, ["ada"]);
    story.change(fold, "ada", "busy");
    story.change(fold + HOUR_MS, "ada", "away");
    const local = async (zone: string) =>
      (await rows({ shape: "events", zone })).map((row) => `${row.at_local} ${row.utc_offset} ${row.tz}`);
    expect(await local("Europe/Berlin")).toEqual([
      "2026-10-25T02:30:00.000 +02:00 Europe/Berlin",
      "2026-10-25T02:30:00.000 +01:00 Europe/Berlin",
    ]);
    expect(await local("Asia/Kathmandu")).toEqual([
      "2026-10-25T06:15:00.000 +05:45 Asia/Kathmandu",
      "2026-10-25T07:15:00.000 +05:45 Asia/Kathmandu",
    ]);
    expect((await local("America/St_Johns"))[0]).toBe("2026-10-24T22:00:00.000 -02:30 America/St_Johns");
  });

  test("are all there, however many there are, each once", async () => {
    story.roster(START, "ada");
    story.open(START, ["ada"]);
    const statuses: Status[] = ["busy", "away", "idle"];
    story.tell(
      ...Array.from({ length: 4_500 }, (_, i) => ({
        kind: "change" as const,
        atMs: START + i,
        ...presence("ada", statuses[i % 3] as Status),
      })),
    );
    const instants = (await rows({ shape: "events" })).map((row) => Date.parse(row.at_utc as string) - START);
    expect(instants).toEqual(Array.from({ length: 4_500 }, (_, i) => i));
  });

  test("of a range include its beginning and not its end", async () => {
    tellTwelveHours();
    const said = await rows({ shape: "events", fromMs: START + HOUR_MS, toMs: START + 7 * HOUR_MS });
    expect(said.map((row) => row.status)).toEqual(["available", "busy"]);
  });
});

describe("spans", () => {
  test("fill the time from the first watch to the end, unknown time among them", async () => {
    tellTwelveHours();
    const said = await rows({ shape: "spans", contacts: ["ada@example.com"], nowMs: START + 13 * HOUR_MS });
    expect(
      said.map((row) => [row.from_utc?.slice(11, 16), row.status, row.seconds, row.start_censored, row.end_censored]),
    ).toEqual([
      ["00:00", "offline", "3600", "true", "false"],
      ["01:00", "available", "7200", "false", "false"],
      ["03:00", "busy", "7200", "false", "true"],
      ["05:00", "unknown", "7200", "", ""],
      ["07:00", "idle", "7200", "true", "false"],
      ["09:00", "offline", "10800", "false", "true"],
      ["12:00", "unknown", "3600", "", ""],
    ]);
    expect(said.find((row) => row.status === "unknown")?.raw).toBe("");
    expect(said[0]?.raw).toBe("");
    expect(said.at(-1)?.to_utc).toBe("2026-11-01T13:00:00.000Z");
  });

  test("end at the last proof while the account is observed: what comes after is not known yet", async () => {
    story.roster(START, "ada");
    story.open(START, ["ada"], { ada: "busy" });
    story.prove(START + HOUR_MS);
    const last = async (nowMs: number) => (await rows({ shape: "spans", nowMs })).at(-1);
    expect(await last(START + HOUR_MS + 5_000)).toMatchObject({ status: "busy", to_utc: "2026-11-01T01:00:00.000Z" });
    const late = START + HOUR_MS + PROOF_IS_FRESH_MS + 1;
    expect(await last(late)).toMatchObject({ status: "unknown", to_utc: new Date(late).toISOString() });
  });

  test("tell local time on both sides of a clock change", async () => {
    const change = Date.UTC(2026, 9, 25, 1);
    story.roster(START, "ada");
    story.open(change - HOUR_MS, ["ada"], { ada: "busy" });
    story.close(change + HOUR_MS, "stopped");
    const [row] = await rows({ shape: "spans", zone: "Europe/Berlin", nowMs: change + HOUR_MS });
    expect(row).toMatchObject({
      from_local: "2026-10-25T02:00:00.000",
      to_local: "2026-10-25T03:00:00.000",
      seconds: "7200",
    });
  });

  test("milliseconds are kept", async () => {
    story.roster(START, "ada");
    story.open(START + 1, ["ada"], { ada: "busy" });
    story.close(START + 2, "stopped");
    const [row] = await rows({ shape: "spans", nowMs: START + 2 });
    expect(row).toMatchObject({ from_utc: "2026-11-01T00:00:00.001Z", seconds: "0.001" });
  });

  test("of years are the same as when asked for at once, also where one begins at a seam", async () => {
    const SEAM_MS = 92 * DAY_MS;
    const step = fc.record({
      days: fc.constantFrom(1, 30, 46, 91, 92, 93, 200),
      status: fc.constantFrom<Status>("busy", "away", "offline"),
      what: fc.constantFrom("change", "change", "reconnect", "gap"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        story = new Story(START);
        db = story.db;
        story.roster(START, "ada");
        let atMs = START;
        let now: Status = "idle";
        story.open(atMs, ["ada"], { ada: now });
        for (const { days, status, what } of steps) {
          atMs += days * DAY_MS;
          if (what === "change" && status !== now) story.change(atMs, "ada", status);
          if (what !== "change") {
            story.close(atMs);
            if (what === "gap") atMs += 40 * DAY_MS;
            story.open(atMs, ["ada"], status === "offline" ? {} : { ada: status });
          }
          now = status;
        }
        const toMs = atMs + SEAM_MS;
        story.close(toMs, "stopped");
        const whole = await spansOf(db, story.contactId("ada"), START, toMs);
        const said = await rows({ shape: "spans", nowMs: toMs });
        const summary = said.map((row) => [
          Date.parse(row.from_utc ?? ""),
          row.status,
          row.raw,
          row.start_censored,
          row.end_censored,
        ]);
        const censored = (span: (typeof whole)[number], flag: boolean) =>
          span.status === "unknown" ? "" : String(flag);
        expect(merged(summary)).toEqual(
          merged(
            whole.map((span) => [
              span.fromMs,
              span.status,
              span.raw ?? "",
              censored(span, span.startCensored),
              censored(span, span.endCensored),
            ]),
          ),
        );
        story.db.close();
      }),
      { seed: 92, numRuns: 40 },
    );
  });
});

/** Neighbours that say the same may come as one or as two: a sign-in afresh at the very seam cannot be told from it. */
function merged(spans: (string | number | undefined)[][]): unknown[] {
  const all: (string | number | undefined)[][] = [];
  for (const span of spans) {
    const last = all.at(-1);
    if (last && last[1] === span[1] && last[2] === span[2] && last[4] !== "false") last[4] = span[4];
    else all.push([...span]);
  }
  return all;
}

describe("coverage", () => {
  test("tells when each account was observed and why it ended, empty while it goes on", async () => {
    tellTwelveHours();
    story.open(START + 20 * HOUR_MS, ["ada"]);
    story.prove(START + 21 * HOUR_MS);
    const said = await rows({ shape: "coverage" });
    expect(said.map((row) => [row.from_utc?.slice(11, 16), row.to_utc?.slice(11, 16), row.end_reason])).toEqual([
      ["00:00", "05:00", "connection-lost"],
      ["07:00", "12:00", "stopped"],
      ["20:00", "21:00", ""],
    ]);
    expect(said[0]).toMatchObject({ account: "me@example.com" });
    expect(said[0]?.source).not.toBe("");
  });

  test("is cut to the range", async () => {
    tellTwelveHours();
    const range = { fromMs: START + HOUR_MS, toMs: START + 8 * HOUR_MS };
    expect((await rows({ shape: "coverage", ...range })).map((row) => [row.from_utc, row.to_utc])).toEqual([
      ["2026-11-01T01:00:00.000Z", "2026-11-01T05:00:00.000Z"],
      ["2026-11-01T07:00:00.000Z", "2026-11-01T08:00:00.000Z"],
    ]);
  });
});

describe("one of several", () => {
  test.each<Shape>(["events", "spans", "coverage"])("accounts or contacts can be picked from %s", async (shape) => {
    tellTwelveHours();
    putAccount(story.db, { ...ACCOUNT, address: "other@example.com" }, Buffer.from("sealed"), START);
    const everything = await rows({ shape });
    expect(await rows({ shape, account: "me@example.com" })).toEqual(everything);
    expect(await rows({ shape, account: "other@example.com" })).toEqual([]);
    expect(await rows({ shape, contacts: ["stranger@example.com"] })).toEqual([]);
    const bo = await rows({ shape, contacts: ["bo@example.com"] });
    expect(bo.length).toBeGreaterThan(0);
    if (shape !== "coverage") expect(new Set(bo.map((row) => row.address))).toEqual(new Set(["bo@example.com"]));
  });
});

describe("cells", () => {
  test.each([
    ['=SUM(A1) "KS"', `'=SUM(A1) "KS"`],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@home", "'@home"],
    ["\ttab", "'\ttab"],
    ["\rreturn", "'\rreturn"],
    ["'quoted'", "''quoted'"],
    ["<script>alert(1)</script>", "<script>alert(1)</script>"],
    ["a=b", "a=b"],
    ['comma, "quote"\r\nline', 'comma, "quote"\r\nline'],
    ["🎈 Zoë", "🎈 Zoë"],
  ])("a name %j is written as %j", async (name, cell) => {
    story.tell({ kind: "roster", atMs: START, contacts: [contact("ada", name)] });
    story.open(START, ["ada"], { ada: "busy" });
    story.prove(START + 1);
    for (const shape of ["events", "spans"] as const) expect((await rows({ shape }))[0]?.name).toBe(cell);
  });

  test("any name and any word of the network come back by removing one quote at most", async () => {
    const tricky = fc.oneof(
      fc.string({ unit: "grapheme", minLength: 1 }),
      fc
        .array(fc.constantFrom("=", "+", "-", "@", "\t", "\r", "\n", "'", '"', ",", ";", "a"), {
          minLength: 1,
          maxLength: 8,
        })
        .map((letters) => letters.join("")),
    );
    let atMs = START;
    story.roster(atMs, "ada");
    story.open(atMs, ["ada"]);
    await fc.assert(
      fc.asyncProperty(tricky, async (text) => {
        atMs += 1_000;
        story.tell(
          { kind: "profile", atMs, address: address("ada"), field: "name", value: text },
          { kind: "change", atMs, address: address("ada"), status: "other", raw: text },
        );
        const [row] = await rows({ shape: "events", fromMs: atMs, toMs: atMs + 1 });
        expect([readBack(row?.name), readBack(row?.raw)]).toEqual([text, text]);
        expect(row?.name).not.toMatch(/^[=+\-@\t\r]/);
      }),
      { seed: 1987, numRuns: 200 },
    );
  });

  test.each([",", '"', "\r", "\n"])("with %j inside are quoted, whoever reads them", async (mark) => {
    story.tell({ kind: "roster", atMs: START, contacts: [contact("ada", `a${mark}b`)] });
    story.open(START, ["ada"], { ada: "busy" });
    expect(await bytes({ shape: "events" })).toContain(`,"a${mark === '"' ? '""' : mark}b",busy,`);
  });

  test("a nameless contact goes by the address", async () => {
    story.tell({ kind: "roster", atMs: START, contacts: [contact("ada", "")] });
    story.open(START, ["ada"], { ada: "busy" });
    expect((await rows({ shape: "events" }))[0]?.name).toBe("ada@example.com");
  });

  test("every line ends with CR LF, the last one too", async () => {
    tellTwelveHours();
    for (const shape of ["events", "spans", "coverage"] as const) {
      const text = await bytes({ shape });
      expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
      expect(text.endsWith("\r\n")).toBe(true);
    }
  });
});

test("the same question gives the same bytes", async () => {
  tellTwelveHours();
  for (const shape of ["events", "spans", "coverage"] as const) {
    expect(await bytes({ shape, zone: "Europe/Berlin" })).toBe(await bytes({ shape, zone: "Europe/Berlin" }));
  }
  const words = { shape: "spans", from: "2026-11-01", tz: "Europe/Berlin" };
  const nowMs = START + DAY_MS;
  const once = await bytes(parseExportQuery(words, nowMs));
  story.roster(START, "ada", "bo");
  expect(await bytes(parseExportQuery(words, nowMs))).toBe(once);
});
