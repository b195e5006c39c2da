/** Who may come in: from the one-time key to a password, in a real browser. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, openPage } from "../helpers/browser.ts";
import { runCli } from "../helpers/run-cli.ts";
import { SampleHistory } from "../helpers/sample-history.ts";
import { accessibilityFaults } from "./accessibility.ts";
import { type DashboardProcess, failingDashboard, startDashboard } from "./dashboard-process.ts";
import { sidewaysPixels } from "./looks.ts";

const PASSWORD = "correct horse battery";

let folder: string;
let dashboard: DashboardProcess;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rollcall-access-"));
  new SampleHistory(folder, Date.now()).close();
  [dashboard, browser] = await Promise.all([startDashboard(folder), launchBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await dashboard.stop();
  rmSync(folder, { recursive: true });
});

/** Somebody at the door with a browser of their own. */
async function visit(path: string): Promise<{ page: Page; leave: () => Promise<void> }> {
  const { page, close } = await openPage(browser, dashboard.origin);
  await page.goto(`${dashboard.origin}${path}`);
  return { page, leave: close };
}

async function tryPassword(page: Page, password: string): Promise<void> {
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };

/** To the door, by a program. */
function post(headers: Record<string, string>, body: string): Promise<Response> {
  return fetch(`${dashboard.origin}/sign-in`, { method: "POST", headers, body, redirect: "manual" });
}

async function looksRight(page: Page): Promise<void> {
  for (const [colorScheme, width] of [
    ["light", 390],
    ["dark", 1280],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await sidewaysPixels(page)).toBe(0);
  }
}

test("a password is set in the settings, opens the door in another browser, is changed and is taken away", async () => {
  const mine = await openPage(browser, dashboard.origin);
  const { page } = mine;
  await page.goto(dashboard.keyAddress);
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
  await looksRight(page);

  const setPassword = async (first: string, again = first) => {
    await page.getByLabel("New password").fill(first);
    await page.getByLabel("The same again").fill(again);
    await page.getByRole("button", { name: "Set the password" }).click();
  };
  await setPassword(PASSWORD, `${PASSWORD}!`);
  await page.getByText("Nothing was changed: the two new passwords differ.").waitFor();
  await setPassword(PASSWORD);
  await page.getByText("The password is set.").waitFor();
  await looksRight(page);

  const other = await visit("/everyone?tz=UTC&range=4w");
  await other.page.getByRole("heading", { name: "This dashboard is locked" }).waitFor();
  await looksRight(other.page);
  await tryPassword(other.page, "battery staple");
  await other.page.getByText("That is not the password.").waitFor();
  await looksRight(other.page);
  await tryPassword(other.page, PASSWORD);
  await other.page.getByRole("heading", { level: 1, name: "Everyone" }).waitFor();
  expect(other.page.url()).toBe(`${dashboard.origin}/everyone?tz=UTC&range=4w`);

  await page.reload();
  await page.getByText("Another browser").waitFor();
  await page.getByRole("button", { name: /^Sign out the browser signed in/ }).click();
  await page.getByText("That browser is signed out.").waitFor();
  await other.page.goto(`${dashboard.origin}/`);
  await other.page.getByLabel("Password").waitFor();
  await other.leave();

  await page.getByText("Do without a password").click();
  await page
    .getByRole("button", { name: "Take the password away" })
    .locator("xpath=ancestor::form")
    .getByLabel("Present password")
    .fill("wrong one");
  await page.getByRole("button", { name: "Take the password away" }).click();
  await page.getByText("the present password was not right").waitFor();
  await page.getByText("Do without a password").click();
  await page
    .getByRole("button", { name: "Take the password away" })
    .locator("xpath=ancestor::form")
    .getByLabel("Present password")
    .fill(PASSWORD);
  await page.getByRole("button", { name: "Take the password away" }).click();
  await page.getByText("The password is gone").waitFor();
  await page.getByRole("button", { name: "Sign out this browser" }).click();
  await page.getByRole("heading", { name: "This dashboard is locked" }).waitFor();
  expect(await page.context().cookies()).toEqual([]);
  await mine.close();
});

test("`rollcall password` sets one from a file while all runs, and nobody is let in by guessing", async () => {
  const set = await runCli(["password", "--file", "-"], { data: folder, input: `${PASSWORD}\n` });
  expect(set).toMatchObject({
    code: 0,
    out: "The dashboard asks for this password from now on, in every browser.\n",
  });
  const { page, leave } = await visit("/");
  for (let guess = 0; guess < 5; guess++) {
    await tryPassword(page, `guess number ${guess}`);
    await page.getByText("That is not the password.").waitFor();
  }
  await tryPassword(page, PASSWORD);
  await page.getByText(/^Too many attempts\. Try again in \d+ seconds?\.$/).waitFor();
  const again = await post({ ...FORM, Origin: dashboard.origin }, `password=${encodeURIComponent(PASSWORD)}`);
  expect([again.status, Number(again.headers.get("retry-after"))]).toEqual([429, expect.closeTo(1, 0)]);
  const statusLater = async () =>
    (await post({ ...FORM, Origin: dashboard.origin }, `password=${encodeURIComponent(PASSWORD)}`)).status;
  await expect.poll(statusLater, { interval: 300, timeout: 20_000 }).toBe(303);
  await leave();
});

test("what is posted from elsewhere, or is no form, changes nothing", async () => {
  expect((await post(FORM, `password=${PASSWORD}`)).status).toBe(403);
  expect((await post({ ...FORM, Origin: "http://evil.example" }, `password=${PASSWORD}`)).status).toBe(403);
  const origin = { Origin: dashboard.origin };
  expect((await post({ ...origin, "Content-Type": "application/json" }, "{}")).status).toBe(400);
  expect((await post({ ...FORM, ...origin }, `password=${"x".repeat(20_000)}`)).status).toBe(400);
  const good = await post({ ...FORM, ...origin }, `password=${encodeURIComponent(PASSWORD)}&next=//evil.example/`);
  expect(good.status).toBe(303);
  expect(good.headers.get("location")).toBe("/evil.example/");
  expect(good.headers.get("set-cookie")).toMatch(/HttpOnly; SameSite=Lax/);
});

test("beyond this computer nobody is served without a password, and with one it is asked for", async () => {
  const empty = mkdtempSync(join(tmpdir(), "rollcall-access-"));
  try {
    const refused = await failingDashboard({ ROLLCALL_DATA: empty, ROLLCALL_HOST: "0.0.0.0" });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /listen on 0\.0\.0\.0, and beyond this computer it needs a password: set one with `rollcall password`/,
    );
  } finally {
    rmSync(empty, { recursive: true });
  }
  const beyond = await startDashboard(folder, { ROLLCALL_HOST: "0.0.0.0" });
  try {
    expect(beyond.keyAddress).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const answer = await fetch(beyond.keyAddress);
    expect(answer.status).toBe(401);
    expect(await answer.text()).toContain('action="/sign-in"');
  } finally {
    await beyond.stop();
  }
});
