import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { HOSTILE_NAMES, type SampleHistory } from "../helpers/sample-history.ts";
import { accessibilityFaults } from "./accessibility.ts";
import type { DashboardProcess } from "./dashboard-process.ts";
import { sidewaysPixels } from "./looks.ts";
import { withSampleDashboard } from "./sample-dashboard.ts";

let dashboard: DashboardProcess;
let page: Page;
let sample: SampleHistory;

withSampleDashboard("rollcall.db", (here) => {
  ({ dashboard, page, sample } = here);
});

async function openExport(search = "?tz=UTC"): Promise<void> {
  await page.goto(`${dashboard.origin}/export${search}`);
  await page.getByRole("heading", { level: 1, name: "Export" }).waitFor();
}

/** What the button downloads. */
async function downloaded(): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download", exact: true }).click(),
  ]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
}

/** Also one that is folded away. */
const tableOf = (caption: string) => page.locator("table", { has: page.locator("caption", { hasText: caption }) });

const cellsOf = (text: string) => parse(text, { bom: true }) as string[][];

async function shownRows(): Promise<string[][]> {
  const rows = await page.getByRole("table", { name: "The first rows of the file" }).getByRole("row").all();
  return Promise.all(rows.map((row) => row.locator("th, td").allTextContents()));
}

describe("the page about exports", () => {
  test.each(["events", "spans", "daily", "hourly", "coverage"])(
    "shows how the file of %s begins, cell by cell",
    async (shape) => {
      // Up to an instant that is over, so that the file is what the page was.
      await openExport(`?tz=UTC&shape=${shape}&from=${dayAgo(9)}&last=${dayAgo(3)}`);
      const shown = await shownRows();
      const { name, text } = await downloaded();
      expect(name).toMatch(new RegExp(`^rollcall-${shape}-\\d{4}-\\d\\d-\\d\\d\\.csv$`));
      expect(shown.length).toBeGreaterThan(1);
      expect(shown).toEqual(cellsOf(text).slice(0, shown.length));
      if (cellsOf(text).length > 21) expect(shown).toHaveLength(21);
    },
  );

  test("keeps every choice in the address, and works with the keyboard alone", async () => {
    await openExport();
    await page.getByRole("radio", { name: /^daily/i }).focus();
    await page.keyboard.press("Space");
    await page.getByRole("listbox", { name: /^People/ }).selectOption(["anna@example.com", "ben@example.com"]);
    await page.getByRole("combobox", { name: "Time" }).selectOption("7d");
    await page.getByRole("combobox", { name: "Format" }).selectOption("jsonl");
    await page.getByRole("checkbox", { name: /^Without names/ }).focus();
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Show how it begins" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/shape=daily/);
    expect([...new URL(page.url()).searchParams]).toEqual([
      ["tz", "UTC"],
      ["shape", "daily"],
      ["range", "7d"],
      ["from", ""],
      ["last", ""],
      ["contact", "anna@example.com"],
      ["contact", "ben@example.com"],
      ["format", "jsonl"],
      ["pseudonyms", "1"],
    ]);
    const shown = await page.getByRole("region", { name: "The first rows" }).locator("pre").textContent();
    const { name, text } = await downloaded();
    expect(name).toMatch(/^rollcall-daily-.*\.jsonl$/);
    const lines = text.trimEnd().split("\n");
    expect(lines).toHaveLength(14);
    expect(new Set(lines.map((line) => (JSON.parse(line) as { address: string }).address))).toEqual(
      new Set(["contact-1", "contact-2"]),
    );
    // Today goes on: its row may have grown since.
    expect(shown?.split("\n").slice(0, 6)).toEqual(lines.slice(0, 6));
    expect(await page.getByRole("radio", { name: /^daily/i }).isChecked()).toBe(true);
    expect(await page.getByRole("checkbox", { name: /^Without names/ }).isChecked()).toBe(true);
  });

  test("tells how far the download has got", async () => {
    await openExport("?tz=UTC&shape=hourly&range=all");
    const { text } = await downloaded();
    const rows = cellsOf(text).length - 1;
    await page.getByText(`Done: ${rows.toLocaleString("en")} rows`).waitFor();
  });

  test("says so where there is nothing", async () => {
    await openExport("?tz=UTC&from=2001-01-01&last=2001-01-02&shape=events");
    await page.getByText("Nothing was recorded in this time").waitFor();
    expect((await downloaded()).text).toBe("at_utc,at_local,utc_offset,tz,account,address,name,status,raw,origin\r\n");
  });

  test("names of strangers are text and nothing else", async () => {
    for (const format of ["csv", "jsonl"]) {
      const all = Object.keys(HOSTILE_NAMES).join(",");
      await openExport(`?tz=UTC&shape=daily&range=today&format=${format}&contact=${all}`);
      const shown = page.getByRole("region", { name: "The first rows" });
      expect(await shown.locator("script, img, a").count()).toBe(0);
      expect(await shown.textContent()).toContain("<script>");
      expect(await sidewaysPixels(page)).toBeLessThanOrEqual(0);
      const { text } = await downloaded();
      if (format === "csv") expect(text).not.toMatch(/(^|,)"?=HYPERLINK/m);
    }
  });

  test.each([
    ["light", 390],
    ["dark", 1280],
  ] as const)("nobody is kept out: %s, %d pixels wide", async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await openExport();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await sidewaysPixels(page)).toBe(0);
  });
});

describe("what an export says is what the screen says", () => {
  /** `7 h 12 min`, as the pages write lengths. */
  const minutes = (words: string) => {
    if (words === "—" || words === "0 min") return 0;
    if (words === "under 1 min") return 0.5;
    const [, hours = "0", rest = "0"] = /^(?:(\d+) h)? ?(?:(\d+) min)?$/.exec(words.trim()) ?? [];
    return Number(hours) * 60 + Number(rest);
  };

  test.each([{ zone: "Europe/Berlin", from: dayAgo(13), last: dayAgo(2) }, ...aroundClockChanges()])(
    "hours by status, day by day, in $zone from $from on",
    async ({ zone, from, last }) => {
      const id = sample.contactId("anna@example.com");
      const search = `tz=${zone}&from=${from}&last=${last}`;
      await page.goto(`${dashboard.origin}/contact/${id}?${search}`);
      const table = tableOf("Hours by status, day by day");
      await table.waitFor({ state: "attached" });
      const [head = [], ...shown] = await Promise.all(
        (await table.locator("tr").all()).map((row) => row.locator("th, td").allTextContents()),
      );
      await openExport(`?${search}&shape=daily&contact=anna@example.com`);
      const [columns = [], ...rows] = cellsOf((await downloaded()).text);
      expect(shown).toHaveLength(rows.length);
      const seconds = (row: string[], column: string) => Number(row[columns.indexOf(column)]);
      for (const [nth, row] of rows.toReversed().entries()) {
        const cells = shown[nth] ?? [];
        for (const [at, words] of head.entries()) {
          if (at === 0) continue;
          const column = COLUMN_OF[words];
          if (!column) throw new Error(`the page has a column "${words}" that the export does not know`);
          const told = minutes(cells[at] ?? "");
          expect(Math.abs(told - seconds(row, column) / 60), `${row[0]} ${words}: ${cells[at]}`).toBeLessThanOrEqual(
            0.51,
          );
        }
      }
    },
  );

  test("the share of each hour of the week", async () => {
    const id = sample.contactId("anna@example.com");
    const search = `tz=Europe/Berlin&from=${dayAgo(29)}&last=${dayAgo(2)}`;
    await page.goto(`${dashboard.origin}/contact/${id}?${search}`);
    const table = tableOf("Around-time as a share of observed time, by hour of the week");
    await table.waitFor({ state: "attached" });
    const shown = await Promise.all(
      (await table.locator("tbody tr").all()).map((row) => row.locator("td").allTextContents()),
    );
    await openExport(`?${search}&shape=hourly&contact=anna@example.com`);
    const [columns = [], ...rows] = cellsOf((await downloaded()).text);
    const at = (row: string[], column: string) => row[columns.indexOf(column)] ?? "";
    const sums = new Map<string, { around: number; observed: number }>();
    for (const row of rows) {
      const weekday = (new Date(`${at(row, "date")}T12:00:00Z`).getUTCDay() + 6) % 7;
      const key = `${weekday} ${Number(at(row, "hour"))}`;
      const sum = sums.get(key) ?? { around: 0, observed: 0 };
      sum.around += Number(at(row, "around_seconds"));
      sum.observed += Number(at(row, "observed_seconds"));
      sums.set(key, sum);
    }
    for (let hour = 0; hour < 24; hour++) {
      for (let weekday = 0; weekday < 7; weekday++) {
        const { around, observed } = sums.get(`${weekday} ${hour}`) ?? { around: 0, observed: 0 };
        const told = (shown[hour]?.[weekday] ?? "").replace(/ \(.*/, "");
        expect(told, `${weekday} ${hour}`).toBe(shareIn(around, observed));
      }
    }
  });

  const shareIn = (around: number, observed: number) => {
    if (observed === 0) return "—";
    const percent = Math.round((around / observed) * 100);
    if (percent === 0 && around > 0) return "under 1 %";
    if (percent === 100 && around < observed) return "over 99 %";
    return `${percent} %`;
  };
});

const COLUMN_OF: Record<string, string> = {
  Available: "available_seconds",
  Busy: "busy_seconds",
  "On the phone": "on_the_phone_seconds",
  "Out to lunch": "out_to_lunch_seconds",
  "Be right back": "be_right_back_seconds",
  Away: "away_seconds",
  Idle: "idle_seconds",
  Other: "other_seconds",
  "Offline or hidden": "offline_seconds",
  "Unknown — not observed": "unknown_seconds",
};

function dayAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
}

/** Ranges around the days on which clocks changed lately, as far as the history reaches back. */
function aroundClockChanges(): { zone: string; from: string; last: string }[] {
  const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago"];
  return zones.flatMap((zone) => {
    const now = Temporal.Now.zonedDateTimeISO(zone);
    const change = now.getTimeZoneTransition("previous")?.toPlainDate();
    const daysAgo = change ? change.until(now.toPlainDate()).days : Number.POSITIVE_INFINITY;
    if (!change || daysAgo > 50 || daysAgo < 5) return [];
    return [{ zone, from: change.subtract({ days: 3 }).toString(), last: change.add({ days: 3 }).toString() }];
  });
}
