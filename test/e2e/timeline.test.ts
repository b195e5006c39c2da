import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { SampleHistory } from "../helpers/sample-history.ts";
import { accessibilityFaults } from "./accessibility.ts";
import type { DashboardProcess } from "./dashboard-process.ts";
import { sidewaysPixels, styleOf } from "./looks.ts";
import { withSampleDashboard } from "./sample-dashboard.ts";

let dashboard: DashboardProcess;
let sample: SampleHistory;
let page: Page;

withSampleDashboard("rollcall.db", (here) => {
  ({ dashboard, sample, page } = here);
});

async function openTimeline(search = "?tz=UTC"): Promise<void> {
  await page.goto(`${dashboard.origin}/timeline${search}`);
  await page.getByRole("heading", { level: 1, name: "Timeline" }).waitFor();
}

const slider = () => page.getByRole("slider", { name: "The instant that is shown" });
const row = (address: string) => page.locator(`li[data-address="${address}"]`);

test("the page is reached from the first one, shows everybody, and time not observed is hatched", async () => {
  await page.goto(`${dashboard.origin}/?tz=UTC`);
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Timeline" }).click();
  await page.waitForURL("**/timeline?tz=UTC");
  await row("anna@example.com").waitFor();
  await page.getByRole("navigation", { name: "Zoom" }).getByRole("link", { name: "4 weeks" }).click();
  await page.waitForURL("**/timeline?tz=UTC&zoom=4w");
  const hatch = row("anna@example.com").locator('[data-status="unknown"]').first();
  expect(await styleOf(hatch, "backgroundImage")).toContain("repeating-linear-gradient");
});

test("the slider tells who was where, as the API does, and stands in the address", async () => {
  await openTimeline("?tz=UTC&zoom=3d");
  await slider().focus();
  for (let i = 0; i < 40; i++) await page.keyboard.press("ArrowLeft");
  await page.waitForURL(/[?&]at=/);
  const address = page.url();
  const at = new URL(address).searchParams.get("at") ?? "";
  const answer = await page.request.get(`${dashboard.origin}/api/v1/states?at=${at}`);
  const { states } = (await answer.json()) as { states: { contact_id: number; status: string }[] };
  const shown = async () =>
    await page
      .locator("li[data-address]")
      .evaluateAll((rows) =>
        rows.map((one) => [
          Number(one.querySelector("a")?.getAttribute("href")?.match(/\d+/)?.[0]),
          one.getAttribute("data-status"),
        ]),
      );
  const before = await shown();
  expect(before.length).toBeGreaterThan(5);
  for (const [id, status] of before) expect(states.find((one) => one.contact_id === id)?.status).toBe(status);
  expect(await slider().getAttribute("aria-valuetext")).toMatch(/^\w+ \d+ \w+, \d\d:\d\d:\d\d: \d+ around/);
  // The sender's link shows the same.
  await page.goto(address);
  expect(await shown()).toEqual(before);
});

test("a strip is pointed at, keys zoom and move, and earlier ends before the first observation", async () => {
  await openTimeline();
  const strip = row("anna@example.com").locator("svg").first();
  const box = await strip.boundingBox();
  if (!box) throw new Error("no strip");
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await page.waitForURL(/[?&]at=/);
  const middle = Date.parse(new URL(page.url()).searchParams.get("at") ?? "");
  await page.keyboard.press("+");
  await page.waitForURL(/zoom=6h/);
  const words = new URL(page.url()).searchParams;
  expect(Date.parse(words.get("end") ?? "") - middle).toBe(3 * 3_600_000);
  await page.getByRole("link", { name: "Later →" }).waitFor();
  await page.keyboard.press(".");
  await page.waitForURL((url) => url.searchParams.get("end") !== words.get("end"));
  await openTimeline("?tz=UTC&zoom=4w&end=2001-01-01");
  expect(await page.getByRole("link", { name: "← Earlier" }).count()).toBe(0);
  expect(await row("anna@example.com").locator("svg path").count()).toBe(0);
});

test("somebody is found, what the address cannot mean is told, and a day is chosen", async () => {
  await openTimeline("?tz=UTC&zoom=2d");
  await page.getByText('"2d" is no zoom').waitFor();
  await page.getByRole("searchbox", { name: "Find somebody" }).fill("anna");
  await page.keyboard.press("Enter");
  await page.waitForURL(/find=anna/);
  await page.getByText("One person").waitFor();
  expect(await page.locator("li[data-address]").count()).toBe(1);
  await page.getByLabel("Up to the end of").fill("2026-01-05");
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByText("Mon 5 Jan, 00:00 – Tue 6 Jan, 00:00").waitFor();
});

test("what happens now comes by itself, and the slider stays where it was put", async () => {
  await page.clock.install();
  await openTimeline("?tz=UTC&zoom=1h");
  const anna = row("anna@example.com");
  const before = await anna.getAttribute("data-status");
  const status = before === "busy" ? "away" : "busy";
  const now = Date.now();
  sample.change("anna@example.com", status, now);
  sample.prove(now + 1_000);
  await page.clock.fastForward(31_000);
  await page.locator(`li[data-address="anna@example.com"][data-status="${status}"]`).waitFor();
  await slider().focus();
  for (let i = 0; i < 6; i++) await page.keyboard.press("ArrowLeft");
  await page.clock.fastForward(1_000);
  await page.waitForURL(/[?&]at=/);
  const when = await page.getByTestId("when").textContent();
  const address = page.url();
  sample.prove(now + 60_000);
  const told = page.waitForResponse(/[?&]_rsc=/);
  await page.clock.fastForward(31_000);
  await told;
  await page.clock.fastForward(1_000);
  expect([await page.getByTestId("when").textContent(), page.url()]).toEqual([when, address]);
  // Back at the end it is the latest again, and so the address says no instant.
  await page.keyboard.press("End");
  await page.clock.fastForward(1_000);
  await page.waitForURL((url) => !url.searchParams.has("at"));
});

test.each([
  [390, "light"],
  [1_280, "dark"],
] as const)("%s pixels wide, %s: nothing to object", async (width, colorScheme) => {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme });
  await openTimeline("?tz=UTC&zoom=1w");
  await row("anna@example.com").waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await sidewaysPixels(page)).toBe(0);
});
