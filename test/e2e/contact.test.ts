import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { exportRows } from "../../db/export/export.ts";
import type { Shape } from "../../db/export/query.ts";
import { openForReading } from "../../db/open.ts";
import type { SampleHistory } from "../helpers/sample-history.ts";
import { accessibilityFaults } from "./accessibility.ts";
import type { DashboardProcess } from "./dashboard-process.ts";
import { focusedLabel, sidewaysPixels, styleOf, widestSlit } from "./looks.ts";
import { withSampleDashboard } from "./sample-dashboard.ts";

let sample: SampleHistory;
let dashboard: DashboardProcess;
let page: Page;

withSampleDashboard(
  "sandbox.db",
  (here) => {
    ({ sample, dashboard, page } = here);
  },
  { acceptDownloads: true },
);

async function openContact(address: string, search = "?tz=UTC"): Promise<void> {
  await page.goto(`${dashboard.origin}/contact/${sample.contactId(address)}${search}`);
  await page.getByText("Live", { exact: true }).waitFor();
}

describe("the last days", () => {
  test("a gap is hatched and not offline", async () => {
    await openContact("anna@example.com");
    const grid = page.getByRole("grid", { name: /States, day by day/ });
    expect(await grid.getByRole("row").count()).toBe(28);
    const gaps = grid.locator('[data-status="unknown"]');
    expect(await gaps.count()).toBeGreaterThanOrEqual(2);
    for (const gap of await gaps.all()) {
      expect(await gap.getAttribute("aria-label")).toContain("Unknown — not observed");
      expect(await styleOf(gap, "backgroundImage")).toContain("repeating-linear-gradient");
      const offline = grid.locator('[data-status="offline"]').first();
      expect(await styleOf(gap, "backgroundColor")).not.toBe(await styleOf(offline, "backgroundColor"));
    }
  });

  test.each([390, 900, 1280, 1367])("pieces that follow each other touch, %d pixels wide", async (width) => {
    await page.setViewportSize({ width, height: 900 });
    for (const address of ["anna@example.com", "ben@example.com"]) {
      await openContact(address);
      for (const row of await page
        .getByRole("grid", { name: /States, day by day/ })
        .getByRole("row")
        .all()) {
        expect(await widestSlit(row)).toBe(0);
      }
    }
  });

  test("today ends at the horizon, and what comes later is blank", async () => {
    await openContact("anna@example.com");
    const today = page.getByRole("row", { name: /^Today/ });
    const now = await today.getByTestId("now").boundingBox();
    const last = await today.locator("[data-status]").last().boundingBox();
    // A minute of the day is about half a pixel.
    expect((last?.x ?? 0) + (last?.width ?? 0)).toBeLessThanOrEqual((now?.x ?? 0) + (now?.width ?? 0) + 1);
  });

  test("pointing at a stretch shows its exact times, and arrow keys walk from state to state", async () => {
    await openContact("anna@example.com");
    const busy = page.locator('[role="gridcell"][data-status="busy"]').first();
    await busy.hover();
    await expect.poll(() => page.getByTestId("tip").textContent()).toMatch(/^Busy, \d\d:\d\d:\d\d – \d\d:\d\d:\d\d, /);
    await busy.focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => focusedLabel(page)).toMatch(/: Available, /);
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => focusedLabel(page)).toMatch(/: Busy, /);
  });

  test("a change of the contact's own state redraws the page", async () => {
    await openContact("ben@example.com");
    sample.change("ben@example.com", "on-the-phone", Date.now());
    await page.getByTestId("state").getByText("On the phone").waitFor({ timeout: 3_000 });
    sample.change("ben@example.com", "offline", Date.now() + 1);
    await page.getByTestId("state").getByText("Offline or hidden").waitFor({ timeout: 3_000 });
  });
});

describe("the heatmap", () => {
  const grid = () => page.getByRole("grid", { name: "Around-time by hour of the week" });

  test("has a cell with words for each of the 168 hours", async () => {
    await openContact("anna@example.com");
    expect(await grid().getByRole("gridcell").count()).toBe(168);
    const words = await grid().getByRole("link", { name: "Tuesday 10:00–11:00" }).getAttribute("aria-label");
    expect(words).toMatch(/around (over )?\d+ % of observed time; observed in \d of \d weeks, around in \d of them/);
  });

  test("arrow keys walk it, and it is one stop for the tab key", async () => {
    await openContact("anna@example.com");
    expect(await grid().locator('[tabindex="0"]').count()).toBe(1);
    await grid().getByRole("link", { name: "Tuesday 10:00–11:00" }).focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => focusedLabel(page)).toMatch(/^Tuesday 11:00/);
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => focusedLabel(page)).toMatch(/^Wednesday 11:00/);
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => focusedLabel(page)).toMatch(/^Wednesday 23:00/);
    await expect.poll(() => page.getByTestId("tip").textContent()).toMatch(/^Wednesday 23:00/);
    expect(await grid().locator('[tabindex="0"]').count()).toBe(1);
    await page.keyboard.press("Escape");
    await page.getByTestId("tip").waitFor({ state: "detached" });
  });

  test("on a phone hours run down, and an arrow leads where it points", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await openContact("anna@example.com");
    await grid().getByRole("link", { name: "Tuesday 10:00–11:00" }).focus();
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => focusedLabel(page)).toMatch(/^Tuesday 11:00/);
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => focusedLabel(page)).toMatch(/^Wednesday 11:00/);
  });

  test("the range stands in the address, and the table shows the same numbers", async () => {
    await openContact("anna@example.com");
    await page.getByRole("link", { name: "7 days" }).click();
    await page.waitForURL(/range=7d/);
    const cell = grid().getByRole("link", { name: "Tuesday 10:00–11:00" });
    await expect.poll(() => cell.getAttribute("aria-label")).toMatch(/of 1 week\b/);
    const share = /around (.*? %)/.exec((await cell.getAttribute("aria-label")) ?? "")?.[1] ?? "missing";
    const panel = page.getByRole("region", { name: "When around" });
    await panel.getByText("Show as table").click();
    const tenOClock = panel
      .getByRole("row", { name: /^10:00/ })
      .getByRole("cell")
      .nth(1);
    expect(await tenOClock.textContent()).toContain(share);
  });
});

describe("behind a number", () => {
  const panel = () => page.getByRole("region", { name: /^Behind / });
  const events = () => panel().getByRole("row");

  test("an hour of the week leads to its raw events, by mouse and by keyboard, and they can be closed", async () => {
    await openContact("anna@example.com");
    const cell = page.getByRole("link", { name: /^Tuesday 09:00/ });
    await cell.click();
    await page.waitForURL(/hour=33/);
    await panel().getByRole("heading", { name: "Behind Tuesdays, 09:00–10:00" }).waitFor();
    expect(await events().count()).toBeGreaterThan(2);
    expect(await panel().getByRole("cell", { name: "became so" }).count()).toBeGreaterThan(0);
    await panel().getByRole("link", { name: "Close" }).click();
    await panel().waitFor({ state: "detached" });
    await cell.focus();
    await page.keyboard.press("Enter");
    await panel().waitFor();
  });

  test("a day leads to what was recorded on it, as the database has it", async () => {
    await openContact("anna@example.com");
    const row = page
      .getByRole("grid", { name: /States, day by day/ })
      .getByRole("row")
      .nth(2);
    const name = (await row.getByRole("rowheader").textContent()) ?? "";
    await row.getByRole("link").click();
    await panel().waitFor();
    const date = new URL(page.url()).searchParams.get("day") ?? "";
    expect(Temporal.PlainDate.from(date).toLocaleString("en-GB", { day: "numeric" })).toBe(/\d+/.exec(name)?.[0]);
    const db = openForReading(sample.path);
    const fromMs = Temporal.Instant.from(`${date}T00:00:00Z`).epochMilliseconds;
    const recorded = db
      .prepare("SELECT count(*) FROM event WHERE contact_id = ? AND at_ms >= ? AND at_ms < ?")
      .pluck()
      .get(sample.contactId("anna@example.com"), fromMs, fromMs + 86_400_000);
    db.close();
    const before = await panel().getByRole("cell", { name: "before it began" }).count();
    expect((await events().count()) - 1 - before).toBe(recorded);
  });

  test.each(["?tz=UTC&hour=168", "?tz=UTC&day=2026-02-31", "?tz=UTC&hour=-1&after=x", "?tz=UTC&day=2019-01-01"])(
    "what the range does not have (%s) is not shown",
    async (search) => {
      await openContact("anna@example.com", search);
      expect(await panel().count()).toBe(0);
    },
  );
});

describe("words of one's own", () => {
  const form = () => page.locator("form", { hasText: "Your name for this contact" });

  test("a name, a note and tags are kept, shown as text, and the name is used on the first page", async () => {
    await openContact("ben@example.com", "?tz=UTC&range=7d");
    await page.getByText("Add a name of your own, a note or tags").click();
    await form().getByLabel("Your name for this contact").fill("Benny <b>B</b>");
    await form().getByLabel("Note").fill("met in Łódź\n=HYPERLINK(1)");
    await form().getByLabel("Tags, separated by commas").fill("work, <img src=x onerror=alert(1)>, work");
    await form().getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { level: 1, name: "Benny <b>B</b>" }).waitFor();
    expect(new URL(page.url()).search).toBe("?tz=UTC&range=7d");
    expect(await page.getByTestId("note").textContent()).toBe("met in Łódź\n=HYPERLINK(1)");
    const tags = page.getByRole("list", { name: "Tags" }).getByRole("listitem");
    expect(await tags.allTextContents()).toEqual(["<img src=x onerror=alert(1)>", "work"]);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.goto(`${dashboard.origin}/?tz=UTC`);
    await page
      .getByRole("link", { name: /Benny <b>B<\/b>/ })
      .first()
      .waitFor();

    await openContact("ben@example.com");
    await page.getByText("Change name, note and tags").click();
    for (const label of ["Your name for this contact", "Note", "Tags, separated by commas"])
      await form().getByLabel(label).fill("");
    await form().getByRole("button", { name: "Save" }).click();
    await page.getByText("Add a name of your own, a note or tags").waitFor();
  });

  test("what is too long changes nothing and is said", async () => {
    const response = await page.request.post(
      `${dashboard.origin}/api/contact/${sample.contactId("ben@example.com")}/notes`,
      {
        form: { alias: "x".repeat(201), note: "kept?", tags: "", back: "http://evil.example/contact/1" },
        headers: { Origin: dashboard.origin },
      },
    );
    expect([response.status(), await response.text()]).toEqual([
      400,
      "Nothing was changed: an alias of 201 characters is too long; 200 is the most. Go back to put it right.\n",
    ]);
    await openContact("ben@example.com");
    expect(await page.getByTestId("note").count()).toBe(0);
  });

  test("nobody else's page can change them", async () => {
    const path = `${dashboard.origin}/api/contact/${sample.contactId("ben@example.com")}/notes`;
    const form = { alias: "Mallory", note: "", tags: "", back: "" };
    for (const headers of [{ Origin: "http://evil.example" }, { Origin: "null" }]) {
      expect((await page.request.post(path, { form, headers })).status()).toBe(403);
    }
  });
});

describe("many days", () => {
  const grid = () => page.getByRole("grid", { name: "Days, newest first" });

  test("are thin rows, unknown time hatched, and each can be walked to and read", async () => {
    await openContact("anna@example.com", "?tz=UTC&range=12w");
    expect(await grid().getByRole("row").count()).toBe(84);
    const unknown = page.getByTestId("actogram").locator('[data-status="unknown"]');
    expect(await unknown.getAttribute("fill")).toMatch(/^url\(#.*hatch/);
    expect(await grid().locator('[tabindex="0"]').count()).toBe(1);
    await grid().getByRole("link").first().focus();
    await page.keyboard.press("End");
    await expect.poll(() => focusedLabel(page)).toMatch(/: not observed$/);
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => focusedLabel(page)).toMatch(/: around .* of .* observed/);
    await page.keyboard.press("Enter");
    await page.waitForURL(/day=\d{4}-\d\d-\d\d/);
    await page.getByRole("region", { name: /^Behind / }).waitFor();
  });

  test("the typical day can be walked, hour by hour", async () => {
    await openContact("anna@example.com", "?tz=UTC&range=12w");
    const day = page.getByRole("grid", { name: "Around-time by hour of the day" });
    expect(await day.getByRole("gridcell").count()).toBe(48);
    await day.getByRole("gridcell", { name: /^Monday to Friday, 10:00/ }).focus();
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => focusedLabel(page)).toMatch(/^Saturday and Sunday, 10:00–11:00: around/);
  });

  test.each([390, 1280])("have no serious accessibility fault, %d pixels wide", async (width) => {
    await page.setViewportSize({ width, height: 900 });
    await openContact("anna@example.com", "?tz=UTC&range=all&hour=33");
    for (const summary of await page.getByText("Show as table").all()) await summary.click();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await sidewaysPixels(page)).toBeLessThanOrEqual(0);
  });
});

describe("the rest of the page", () => {
  test("the sandbox says that it is one", async () => {
    await openContact("anna@example.com");
    await page.getByRole("link", { name: "Add your own account" }).waitFor();
  });

  test("bars are drawn for the days", async () => {
    await openContact("anna@example.com");
    await page.getByTestId("day-bars").locator(".recharts-bar-rectangle path").first().waitFor();
  });

  test.each(["script@example.com", "backwards@example.com", "endless@example.com", "sums@example.com"])(
    "the name of %s breaks nothing",
    async (address) => {
      await page.setViewportSize({ width: 390, height: 844 });
      await openContact(address);
      expect(await sidewaysPixels(page)).toBeLessThanOrEqual(0);
      expect((await page.getByRole("heading", { level: 1 }).boundingBox())?.height).toBeLessThan(200);
    },
  );

  test.each(["light", "dark"] as const)("has no serious accessibility fault in %s", async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await openContact("anna@example.com");
    for (const summary of await page.getByText("Show as table").all()) await summary.click();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test("a range is compared with the one before it, and the address keeps that", async () => {
    await openContact("anna@example.com", "?tz=UTC&range=7d");
    await page.getByRole("link", { name: "Compare with the time before" }).click();
    const table = page.getByRole("table", { name: "This time beside the time before" });
    await table.waitFor();
    await expect.poll(() => new URL(page.url()).search).toBe("?tz=UTC&range=7d&compare=before");
    const [, share = "", before = ""] = await table
      .getByRole("row", { name: /^Around, of the observed time/ })
      .locator("th, td")
      .allTextContents();
    expect([share, before].every((words) => /^(under |over )?\d+ %$/.test(words))).toBe(true);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole("link", { name: "Do not compare" }).click();
    await table.waitFor({ state: "detached" });
    // Charts follow a change of width a moment later: on a phone the page is drawn at its width.
    await page.setViewportSize({ width: 390, height: 844 });
    await openContact("anna@example.com", "?tz=UTC&range=7d&compare=before");
    await table.waitFor();
    await expect.poll(() => sidewaysPixels(page)).toBeLessThanOrEqual(0);
    await openContact("anna@example.com", "?tz=UTC&range=all&compare=before");
    expect(await page.getByRole("link", { name: /ompare/ }).count()).toBe(0);
  });

  test.each(["Events", "Spans", "Coverage"])("the button downloads %s as the export writes them", async (label) => {
    await openContact("sums@example.com");
    await page.getByText("Download CSV").click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByTestId("download-menu").getByRole("link", { name: label }).click(),
    ]);
    const shape = label.toLowerCase() as Shape;
    expect(download.suggestedFilename()).toMatch(new RegExp(`^rollcall-${shape}-\\d{4}-\\d\\d-\\d\\d\\.csv$`));
    expect(readFileSync(await download.path(), "utf8")).toBe(await exported(shape));
    await download.delete();
  });
});

async function exported(shape: Shape): Promise<string> {
  const db = openForReading(sample.path);
  let text = "";
  const query = { shape, zone: "UTC", contacts: ["sums@example.com"], account: "me@example.com", nowMs: Date.now() };
  for await (const chunk of exportRows(db, query, "csv")) text += chunk;
  db.close();
  return text;
}
