import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { SampleHistory } from "../helpers/sample-history.ts";
import { accessibilityFaults } from "./accessibility.ts";
import type { DashboardProcess } from "./dashboard-process.ts";
import { focusedLabel, sidewaysPixels, styleOf } from "./looks.ts";
import { withSampleDashboard } from "./sample-dashboard.ts";

let dashboard: DashboardProcess;
let page: Page;
let sample: SampleHistory;

withSampleDashboard("sandbox.db", (here) => {
  ({ dashboard, page, sample } = here);
});

async function openCoverage(search = "?tz=UTC"): Promise<void> {
  await page.goto(`${dashboard.origin}/coverage${search}`);
  await page.getByRole("heading", { level: 1, name: "Accounts and coverage" }).waitFor();
}

test("every gap is told with its length and its reason, newest first", async () => {
  await openCoverage();
  const table = page.getByRole("table", { name: "Gaps in the coverage of me@example.com" });
  const cells = await Promise.all((await table.getByRole("row").all()).slice(1).map((row) => row.textContent()));
  expect(cells).toHaveLength(2);
  expect(cells[0]).toMatch(/9 h.*The connection was lost/);
  expect(cells[1]).toMatch(/1 d 6 h.*The connection was lost/);
  await page.getByRole("heading", { name: "2 gaps" }).waitFor();
  // 39 hours of 56 days.
  await page.getByRole("heading", { name: "Observed for 97 % of the time" }).waitFor();
});

test("a crowd that went and came within seconds is told to be the server, probably", async () => {
  await openCoverage();
  const heading = page.getByRole("heading", { name: "Probably the server" });
  expect(await heading.count()).toBe(0);
  const fromMs = Date.now() - 86_400_000;
  sample.append({
    kind: "mass-change",
    accountId: sample.accountId,
    fromMs,
    toMs: fromMs + 2_000,
    way: "gone",
    contacts: 8,
    ofContacts: 9,
  });
  await openCoverage();
  await heading.waitFor();
  await page.getByText("8 of the 9 who were online went offline within 2 s").waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
});

test("a range without a gap says so, and a day without a look is hatched", async () => {
  await openCoverage("?tz=UTC&range=today");
  await page.getByRole("heading", { name: "No gaps" }).waitFor();
  await openCoverage();
  const year = page.getByRole("grid", { name: /^Coverage of me@example\.com/ }).first();
  for (const unseen of await year.locator('[data-observed="no"]').all()) {
    expect(await styleOf(unseen, "backgroundImage")).toContain("repeating-linear-gradient");
  }
  await year.locator('[tabindex="0"]').focus();
  expect(await focusedLabel(page)).toMatch(/\(today\): observed for /);
});

test.each([
  ["light", 390],
  ["dark", 1280],
] as const)("nobody is kept out: %s, %d pixels wide", async (colorScheme, width) => {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width, height: 900 });
  await openCoverage();
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await sidewaysPixels(page)).toBe(0);
});
