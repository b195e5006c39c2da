/** Ten thousand people on one page: what is drawn is what is near the screen, and all of them can be found. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openForWriting } from "../../db/open.ts";
import { HistoryWriter } from "../../db/record/writer.ts";
import { putAccount } from "../../db/settings/accounts.ts";
import { launchBrowser, openPage } from "../helpers/browser.ts";
import { accessibilityFaults } from "./accessibility.ts";
import { type DashboardProcess, signIn, startDashboard } from "./dashboard-process.ts";
import { sidewaysPixels } from "./looks.ts";

const ACCOUNTS = 8;
const EACH = 1_250;
const GROUPS = 20;
const DAY_MS = 86_400_000;

let folder: string;
let dashboard: DashboardProcess;
let browser: Browser;
let page: Page;
let close: () => Promise<void>;
let writer: HistoryWriter;

const address = (account: number, i: number) => `p${account}-${i}@example.com`;
const rows = () => page.locator("li[data-address]");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rollcall-crowd-"));
  const db = openForWriting(join(folder, "rollcall.db"));
  const startMs = Date.now() - DAY_MS;
  for (let account = 1; account <= ACCOUNTS; account++)
    putAccount(
      db,
      { network: "messenger", address: `me${account}@example.com`, host: "127.0.0.1", port: 1863, options: {} },
      Buffer.from("sealed"),
      startMs,
    );
  writer = new HistoryWriter(db, startMs, "0.0.0-test");
  for (let accountId = 1; accountId <= ACCOUNTS; accountId++) {
    const contacts = Array.from({ length: EACH }, (_, i) => ({
      address: address(accountId, i),
      displayAddress: address(accountId, i),
      name: `Person ${String(i).padStart(4, "0")} of ${accountId}`,
      groups: [`Group ${String(i % GROUPS).padStart(2, "0")}`],
    }));
    const present = contacts
      .filter((_, i) => i % 3 === 0)
      .map((contact) => ({ address: contact.address, status: "busy" as const, raw: "BSY" }));
    writer.append([
      { kind: "roster", accountId, atMs: startMs, contacts },
      { kind: "coverage-open", accountId, fromMs: startMs, watched: contacts.map((one) => one.address), present },
    ]);
  }
  prove();
  [dashboard, browser] = await Promise.all([startDashboard(folder), launchBrowser()]);
  const session = await signIn(browser, dashboard);
  ({ page, close } = await openPage(browser, dashboard.origin, { storageState: session }));
});

afterAll(async () => {
  await close();
  await browser.close();
  await dashboard.stop();
  rmSync(folder, { recursive: true, force: true });
});

function prove(): void {
  const atMs = Date.now();
  const proofs = Array.from({ length: ACCOUNTS }, (_, i) => ({ kind: "proof" as const, accountId: i + 1, atMs }));
  writer.append([...proofs, { kind: "heartbeat", atMs }]);
}

test("the page begins with the first of them, and knows how many there are", async () => {
  prove();
  const html = await (await page.request.get(`${dashboard.origin}/?tz=UTC`)).text();
  expect(html.match(/data-address=/g)?.length).toBe(50);
  expect(html.length).toBeLessThan(400_000);
  expect(html).toContain("3336 of 10000 around now");
});

test("the others come by themselves, and are drawn when they are near", async () => {
  prove();
  await page.goto(`${dashboard.origin}/?tz=UTC`);
  await page.getByText("Live", { exact: true }).waitFor();
  await expect.poll(() => page.getByRole("region", { name: /^me\d@example.com$/ }).count()).toBe(ACCOUNTS);
  await page.getByRole("heading", { level: 1, name: "3336 of 10000 around now" }).waitFor();
  expect(await rows().count()).toBeLessThan(400);
  const tallPx = await page.evaluate<number>("document.documentElement.scrollHeight");
  expect(tallPx).toBeGreaterThan(10_000 * 40);
  await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)");
  const last = page.locator(`li[data-address="${address(8, 1219)}"]`);
  await last.waitFor();
  // Their strips are asked for when they are shown.
  await last.locator('[data-status="offline"]').waitFor({ state: "attached" });
  expect(await last.getByTestId("seen").textContent()).toMatch(/^Last seen never/);
  expect(await rows().count()).toBeLessThan(400);
  expect(Math.abs((await page.evaluate<number>("document.documentElement.scrollHeight")) - tallPx)).toBeLessThan(100);
  expect(await sidewaysPixels(page)).toBeLessThanOrEqual(0);
  expect(await accessibilityFaults(page)).toEqual([]);
});

test("anybody is found, and who comes is seen to come", async () => {
  prove();
  await page.goto(`${dashboard.origin}/?tz=UTC`);
  await page.getByText("Live", { exact: true }).waitFor();
  await page.getByRole("searchbox", { name: "Find somebody" }).fill("person 1234");
  await page.getByText("8 people", { exact: true }).waitFor();
  const one = page.locator(`li[data-address="${address(4, 1234)}"]`);
  expect(await one.getAttribute("data-status")).toBe("offline");
  const atMs = Date.now();
  writer.append([{ kind: "change", accountId: 4, atMs, address: address(4, 1234), status: "away", raw: "AWY" }]);
  await page.locator(`li[data-address="${address(4, 1234)}"][data-status="away"]`).waitFor({ timeout: 2_000 });
  expect(await one.getByTestId("seen").textContent()).toBe("Here now");
  await page.getByRole("heading", { level: 1, name: "3337 of 10000 around now" }).waitFor();
});

test("found by the address, without scripts too", async () => {
  const html = await (await page.request.get(`${dashboard.origin}/?tz=UTC&find=person+1234`)).text();
  expect(html.match(/data-address=/g)?.length).toBe(8);
});

test("what a row asks for must be numbers of contacts, and not too many", async () => {
  const ask = async (ids: string) => (await page.request.get(`${dashboard.origin}/api/rows?ids=${ids}`)).status();
  expect(await ask("1,2,3")).toBe(200);
  expect(await ask("")).toBe(400);
  expect(await ask("1,x")).toBe(400);
  expect(await ask(Array.from({ length: 201 }, (_, i) => i + 1).join())).toBe(400);
  expect(await ask("999999")).toBe(200);
});

test("of many accounts, the coverage of one at a time is told in full", async () => {
  prove();
  await page.goto(`${dashboard.origin}/coverage?tz=UTC`);
  await page.getByRole("heading", { level: 1, name: "Accounts and coverage" }).waitFor();
  expect(await page.getByRole("heading", { name: "Observed for 100 % of the time" }).count()).toBe(ACCOUNTS);
  expect(await page.getByRole("grid").count()).toBe(0);
  const third = page.getByRole("region", { name: "me3@example.com" });
  await third.getByRole("link", { name: "Day by day, and every gap of me3@example.com" }).click();
  await third.getByRole("grid").first().waitFor();
  expect(await page.getByRole("region", { name: "me4@example.com" }).getByRole("grid").count()).toBe(0);
  expect(new URL(page.url()).search).toBe("?tz=UTC&account=3");
  expect(await accessibilityFaults(page)).toEqual([]);
});

test("their timeline has pages, and the people of one of them are still there at another zoom", async () => {
  prove();
  await page.goto(`${dashboard.origin}/timeline?tz=UTC&page=2`);
  await page.getByText("Page 2 of 100", { exact: true }).waitFor();
  expect(await rows().count()).toBe(100);
  const first = await rows().first().getAttribute("data-address");
  await page.getByRole("link", { name: "4 weeks" }).click();
  await page.getByText("Page 3 of 250", { exact: true }).waitFor();
  expect(await rows().evaluateAll((all) => all.map((one) => one.getAttribute("data-address")))).toContain(first);
  await page.getByRole("link", { name: "← Before" }).click();
  await page.getByText("Page 2 of 250", { exact: true }).waitFor();
  await page.goto(`${dashboard.origin}/timeline?tz=UTC&find=0007+group+07`);
  await page.getByText(`${ACCOUNTS} people`, { exact: true }).waitFor();
  await page
    .getByTestId("who")
    .getByText(/^0 around · 8 offline or hidden|^0 around · 8 unknown/)
    .waitFor();
});
