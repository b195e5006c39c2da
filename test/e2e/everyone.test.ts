import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { accessibilityFaults } from "./accessibility.ts";
import type { DashboardProcess } from "./dashboard-process.ts";
import { focusedLabel, sidewaysPixels, styleOf } from "./looks.ts";
import { withSampleDashboard } from "./sample-dashboard.ts";

let dashboard: DashboardProcess;
let page: Page;

withSampleDashboard("sandbox.db", (here) => {
  ({ dashboard, page } = here);
});

async function openEveryone(search = "?tz=UTC"): Promise<void> {
  await page.goto(`${dashboard.origin}/everyone${search}`);
  await page.getByRole("heading", { level: 1, name: "Everyone" }).waitFor();
}

test("the page is reached from the first one, and keeps the zone", async () => {
  await page.goto(`${dashboard.origin}/?tz=Asia/Kathmandu`);
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Everyone" }).click();
  await page.waitForURL("**/everyone?tz=Asia/Kathmandu");
  await page.getByText("Times are in Asia/Kathmandu").waitFor();
  expect(await page.getByRole("link", { name: "Everyone" }).getAttribute("aria-current")).toBe("page");
});

test("a range stands in the address, and two dates that make none are told", async () => {
  await openEveryone();
  const ranges = page.getByRole("navigation", { name: "Range" });
  await ranges.getByRole("link", { name: "7 days" }).click();
  await page.waitForURL("**/everyone?tz=UTC&range=7d");
  expect(await ranges.getByRole("link", { name: "7 days" }).getAttribute("aria-current")).toBe("true");
  await page.getByText("Dates …").click();
  await page.getByLabel("First day").fill("2026-02-03");
  await page.getByLabel("Last day").fill("2026-02-01");
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByText("2026-02-03 is later than 2026-02-01; this is the usual range.").waitFor();
});

describe("the charts", () => {
  test("people who were not observed are hatched, and count as nobody's status", async () => {
    await openEveryone("?tz=UTC&range=4w");
    const bars = page.getByTestId("people-bars");
    await bars.locator(".recharts-bar-rectangle").first().waitFor();
    expect(await bars.locator('[fill="url(#unknown-hatch)"]').count()).toBeGreaterThan(0);
    await page.getByText("Show as table").first().click();
    const table = page.getByRole("table", { name: "People by status, on average" });
    const heads = await table.getByRole("columnheader").allTextContents();
    expect(heads).toContain("Unknown — not observed");
    // Every row adds up to the eleven on the list, whatever was observed of them.
    for (const cells of await table.getByRole("row").all()) {
      const numbers = (await cells.getByRole("cell").allTextContents()).slice(1);
      if (numbers.length === 0) continue;
      const sum = numbers.reduce((all, text) => all + (Number(text.replace("under 0.1", "0.05")) || 0), 0);
      expect(Math.abs(sum - 11)).toBeLessThan(1);
    }
  });

  test("the calendar hatches days that nobody looked at, and is walked with the keyboard", async () => {
    await openEveryone();
    const year = page.getByRole("grid", { name: /Share of everyone around/ }).last();
    const unseen = year.locator('[data-observed="no"]').first();
    expect(await styleOf(unseen, "backgroundImage")).toContain("repeating-linear-gradient");
    await year.locator('[tabindex="0"]').focus();
    const today = await focusedLabel(page);
    expect(today).toContain("(today)");
    await page.keyboard.press("ArrowLeft");
    expect(await focusedLabel(page)).toMatch(/of observed time; \d+ % of the day was observed$|not observed$/);
    await page.keyboard.press("End");
    expect(await focusedLabel(page)).toBe(today);
  });

  test("people are ranked by observed time, and lead to their pages", async () => {
    await openEveryone();
    const most = page.getByRole("region", { name: "Most", exact: true });
    expect(await most.getByRole("listitem").first().textContent()).toMatch(/Nightly build100 %\d+ h of \d+ h observed/);
    await most.getByRole("link", { name: "Nightly build" }).click();
    await page.getByRole("heading", { level: 1, name: "Nightly build" }).waitFor();
  });
});

test.each([
  ["light", 390],
  ["light", 1280],
  ["dark", 390],
  ["dark", 1280],
] as const)("nobody is kept out: %s, %d pixels wide", async (colorScheme, width) => {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width, height: 900 });
  await openEveryone("?tz=UTC&range=all");
  await page.locator(".recharts-bar-rectangle").first().waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await sidewaysPixels(page)).toBe(0);
});
