import type { Browser, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openPage } from "../helpers/browser.ts";
import { HOSTILE_NAMES, type SampleHistory } from "../helpers/sample-history.ts";
import { accessibilityFaults } from "./accessibility.ts";
import type { DashboardProcess, SignedIn } from "./dashboard-process.ts";
import { sidewaysPixels, widestSlit } from "./looks.ts";
import { withSampleDashboard } from "./sample-dashboard.ts";

let sample: SampleHistory;
let dashboard: DashboardProcess;
let browser: Browser;
let session: SignedIn;
let page: Page;

withSampleDashboard("rollcall.db", (here) => {
  ({ sample, dashboard, browser, session, page } = here);
});

const row = (address: string) => page.locator(`li[data-address="${address}"]`).first();

async function openBoard(search = ""): Promise<void> {
  await page.goto(`${dashboard.origin}/${search}`);
  await page.getByText("Live", { exact: true }).waitFor();
}

describe("finding somebody", () => {
  const rows = () => page.locator("li[data-address]");

  test("the list shows who matches as one types, the address keeps it, and a slash leads to the field", async () => {
    await openBoard("?tz=UTC");
    const all = await rows().count();
    await page.keyboard.press("/");
    await page.keyboard.type("ANNA");
    await expect.poll(() => rows().count()).toBe(1);
    expect(await rows().getAttribute("data-address")).toBe("anna@example.com");
    await page.getByText("One person", { exact: true }).waitFor();
    expect(new URL(page.url()).search).toBe("?tz=UTC&find=ANNA");
    await page.reload();
    await page.getByText("Live", { exact: true }).waitFor();
    expect(await rows().count()).toBe(1);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole("searchbox", { name: "Find somebody" }).fill("nobody is called so");
    await page.getByText("Nobody is called so").waitFor();
    await page.getByRole("searchbox", { name: "Find somebody" }).fill("");
    await expect.poll(() => rows().count()).toBe(all);
    expect(new URL(page.url()).search).toBe("?tz=UTC");
  });
});

describe("who is where now", () => {
  test("a change appears without a reload within a second", async () => {
    await openBoard();
    for (const status of ["busy", "on-the-phone", "offline"] as const) {
      sample.change("anna@example.com", status, Date.now());
      const writtenMs = performance.now();
      await page.locator(`li[data-address="anna@example.com"][data-status="${status}"]`).waitFor({ timeout: 3_000 });
      expect(performance.now() - writtenMs).toBeLessThan(1_000);
    }
    await row("anna@example.com").getByText("Offline or hidden").waitFor();
  });

  test("a lost connection makes everyone unknown, never offline, and says why", async () => {
    await openBoard();
    const atMs = Date.now();
    const { accountId } = sample;
    sample.append(
      { kind: "coverage-close", accountId, toMs: atMs, reason: "connection-lost" },
      { kind: "account-state", accountId, atMs, state: "waiting", detail: "The server closed the connection" },
    );
    await page.getByRole("heading", { name: "Nobody is being observed now" }).waitFor();
    await page.getByText("The server closed the connection.").waitFor();
    await page.getByText("Not observing", { exact: true }).waitFor();
    expect(await page.getByText("Live", { exact: true }).count()).toBe(0);
    expect(await page.locator('li[data-status="unknown"]').count()).toBe(await page.locator("li[data-status]").count());
    await row("anna@example.com").getByText("Unknown — not observed").waitFor();

    const backMs = Date.now();
    const rows = await page.locator("li[data-address]").all();
    const addresses = new Set(
      await Promise.all(rows.map(async (one) => (await one.getAttribute("data-address")) ?? "")),
    );
    sample.append(
      { kind: "coverage-open", accountId, fromMs: backMs, watched: [...addresses], present: [] },
      { kind: "account-state", accountId, atMs: backMs, state: "watching", detail: "" },
    );
    await page.locator('li[data-address="anna@example.com"][data-status="offline"]').waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    // It was offline already when looking began, so for how long is not known.
    await row("anna@example.com").getByText("at least").waitFor();
    await row("anna@example.com").locator('[data-status="unknown"].hatch').waitFor({ state: "attached" });
  });

  test("who is not there is told with when they were last seen, and for how long nobody looked since", async () => {
    const { accountId } = sample;
    await openBoard();
    const seen = (address: string) => row(address).getByTestId("seen").textContent();
    expect(await seen("nobody@example.com")).toMatch(/^(Here now|Last seen \d+ (s|min|h|d).* ago.*)$/);
    const awayMs = Date.now();
    sample.change("anna@example.com", "available", awayMs);
    sample.append({ kind: "coverage-close", accountId, toMs: awayMs + 1, reason: "connection-lost" });
    const title = () => row("anna@example.com").getByTestId("seen").getAttribute("title");
    await expect.poll(title).toMatch(/^last seen at .*; they may have been there for longer$/);
    expect(await seen("anna@example.com")).toMatch(/^Last seen \d+ s ago$/);
    const backMs = Date.now();
    sample.append({
      kind: "coverage-open",
      accountId,
      fromMs: backMs,
      watched: ["anna@example.com", "ben@example.com"],
      present: [{ address: "anna@example.com", status: "busy", raw: "BSY" }],
    });
    await expect.poll(() => seen("anna@example.com")).toBe("Here now");
  });

  test("a late word about a line that was lost does not undo the next one", async () => {
    const own = await openPage(browser, dashboard.origin, { storageState: session });
    let answerLate: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      void own.page.route("**/api/session", async (route) => {
        resolve();
        await new Promise<void>((go) => {
          answerLate = go;
        });
        await route.fulfill({ status: 204 });
      });
    });
    await own.page.route("**/api/live*", (route) => route.abort(), { times: 1 });
    await own.page.goto(dashboard.origin);
    await asked;
    await own.page.getByText("Connection lost").waitFor();
    await own.page.getByText("Live", { exact: true }).waitFor();
    // Whatever the pill says from here on is kept.
    await own.page.evaluate(
      "self.said = []; new MutationObserver(() => said.push(document.querySelector('[role=status]').textContent)).observe(document.body, { subtree: true, childList: true, characterData: true })",
    );
    const answered = own.page.waitForResponse("**/api/session");
    answerLate();
    await answered;
    sample.change("ben@example.com", "busy", Date.now());
    await own.page.locator('li[data-address="ben@example.com"][data-status="busy"]').first().waitFor();
    expect(await own.page.evaluate<string[]>("said.filter((words) => words !== 'Live')")).toEqual([]);
    await own.close();
  });

  test("whoever stands in two groups is counted once", async () => {
    await openBoard();
    const listed = page.locator("section > ul > li[data-address]:visible");
    const addresses = await listed.evaluateAll((all) => all.map((one) => one.getAttribute("data-address")));
    expect(addresses.length).toBeGreaterThan(new Set(addresses).size);
    const heading = await page.getByRole("heading", { level: 1 }).textContent();
    expect(heading).toMatch(new RegExp(`^\\d+ of ${new Set(addresses).size} around now$`));
  });

  test("today's scale has its five hours above the strips", async () => {
    await openBoard("?tz=UTC");
    const scale = page.getByTestId("today-hours").first();
    expect(await scale.locator("[data-hour]").allTextContents()).toEqual(["00", "06", "12", "18", "24"]);
    const noon = await scale.locator('[data-hour="12"]').boundingBox();
    const strip = await row("anna@example.com").getByRole("img").boundingBox();
    const middle = (box: typeof noon) => (box?.x ?? 0) + (box?.width ?? 0) / 2;
    expect(Math.abs(middle(noon) - middle(strip))).toBeLessThan(1);
  });

  test.each([390, 900, 1280])("the parts of a strip touch, %d pixels wide", async (width) => {
    await page.setViewportSize({ width, height: 900 });
    await openBoard("?tz=UTC");
    for (const strip of await page.locator("li[data-address]").getByRole("img").all()) {
      expect(await widestSlit(strip)).toBe(0);
    }
  });

  test("the download menu opens at its button and above it", async () => {
    await openBoard();
    const button = page.getByText("Download CSV");
    await button.click();
    const menu = await page.getByTestId("download-menu").boundingBox();
    const above = await button.boundingBox();
    expect(Math.abs((menu?.x ?? 0) - (above?.x ?? 0))).toBeLessThan(1);
    expect((menu?.y ?? 0) + (menu?.height ?? 0)).toBeLessThanOrEqual(above?.y ?? 0);
    expect(await sidewaysPixels(page)).toBeLessThanOrEqual(0);
  });

  test("hostile names are text and nothing else", async () => {
    await openBoard();
    for (const address of Object.keys(HOSTILE_NAMES)) await row(address).waitFor();
    expect(await row("script@example.com").textContent()).toContain('<script>alert("pwned")</script>');
    expect(await row("script@example.com").locator("script, img").count()).toBe(0);
    expect(await row("nobody@example.com").getByRole("link").textContent()).toBe("nobody@example.com");
    expect(await row("backwards@example.com").locator("bdi").count()).toBe(1);
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await sidewaysPixels(page)).toBeLessThanOrEqual(0);
      const boxes = await Promise.all((await page.locator("li[data-address]").all()).map((one) => one.boundingBox()));
      const heights = boxes.map((box) => box?.height ?? 0);
      expect(Math.max(...heights) - Math.min(...heights)).toBeLessThanOrEqual(1);
    }
  });

  test("the zone can be chosen in the address, and a wrong one is named", async () => {
    await openBoard("?tz=Asia/Kathmandu");
    await page.getByText("Times are in Asia/Kathmandu (UTC+05:45").waitFor();
    await row("anna@example.com").getByRole("link").click();
    await page.waitForURL(/\/contact\/\d+\?tz=Asia\/Kathmandu$/);
    await openBoard("?tz=Mars/Olympus");
    await page.getByText("There is no time zone called “Mars/Olympus”.").waitFor();
  });

  test.each(["light", "dark"] as const)("has no serious accessibility fault in %s", async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await openBoard();
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});
