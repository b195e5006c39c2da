/** From the sandbox to an account of one's own, in a browser, beside a real `rollcall start` and a real server. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, openPage } from "../helpers/browser.ts";
import { Cli } from "../helpers/run-cli.ts";
import { ME, PASSWORD, startSandbox } from "../integration/cli/place.ts";
import { accessibilityFaults } from "./accessibility.ts";
import { sidewaysPixels } from "./looks.ts";

let folder: string;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rollcall-accounts-"));
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

async function add(page: Page, server: string, password: string, button = "Test and add"): Promise<void> {
  await page.getByLabel("Address").fill(ME);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("textbox", { name: "Server" }).fill(server);
  await page.getByRole("button", { name: button }).click();
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

test("an account is added beside the sandbox, tried first, watched, paused, given another password, and removed", async () => {
  const network = await startSandbox();
  const server = `127.0.0.1:${network.port}`;
  const start = new Cli(["start"], { data: folder, env: { ROLLCALL_PORT: "0" } });
  const [, address = ""] = await start.says(/^Open (\S+)$/);
  const { page, complaints, close } = await openPage(browser, new URL(address).origin);
  await page.goto(address);
  await page.getByRole("link", { name: "Add your own account" }).click();
  await page.getByRole("heading", { level: 1, name: "Accounts and coverage" }).waitFor();
  await page.getByText("More", { exact: true }).click();
  await looksRight(page);

  await add(page, "http://messenger.example.com", PASSWORD);
  await page.getByText(/Nothing was changed: "http:\/\/messenger\.example\.com" is not a server/).waitFor();
  await add(page, "127.0.0.1:1", PASSWORD);
  await page.getByText("Nothing was added: 127.0.0.1:1 refused the connection").waitFor();
  await add(page, server, "wrong");
  await page.getByText(/Nothing was added: .*refused the address or password of me@example\.com/).waitFor();
  // All but the password stands there still.
  expect(await page.getByRole("textbox", { name: "Server" }).inputValue()).toBe(server);
  expect(await page.getByLabel("Password", { exact: true }).inputValue()).toBe("");
  expect(existsSync(join(folder, "rollcall.db"))).toBe(false);

  await page.getByLabel("Remove the sandbox and its made-up history").check();
  await add(page, server, PASSWORD);
  await page.getByText(`Added ${ME} at ${server}.`).waitFor();
  await start.says(/leaving the sandbox$/);
  await start.says(/me@example\.com: signed in, watching$/);
  expect(existsSync(join(folder, "sandbox.db"))).toBe(false);
  // It says so before what it knows has reached the disk, and this page stands still.
  const isObserved = async () => {
    await page.reload();
    return page.getByText(/Signed in and observed since/).count();
  };
  await expect.poll(isObserved, { timeout: 20_000 }).toBe(1);
  expect(await page.getByText("This is the sandbox").count()).toBe(0);
  await looksRight(page);

  await page.getByRole("button", { name: `Test ${ME}` }).click();
  await page.getByText(`${ME} is signed in at ${server}.`).waitFor();
  await page.getByRole("button", { name: `Pause ${ME}` }).click();
  await page.getByText(`${ME} is paused`).waitFor();
  await start.says(/me@example\.com: paused, signed out$/);
  await page.getByText("Change password").click();
  const change = page.getByLabel(`New password of ${ME}`);
  await change.fill("wrong");
  await page.getByRole("button", { name: "Test and change" }).click();
  await page.getByText(/Nothing was added: .*refused the address or password/).waitFor();
  await page.getByText("Change password").click();
  await change.fill(PASSWORD);
  await page.getByRole("button", { name: "Test and change" }).click();
  await page.getByText(`Changed ${ME} at ${server}.`).waitFor();
  await start.says(/me@example\.com: signed in, watching$/);

  await page.getByText("Remove", { exact: true }).click();
  await page.getByRole("button", { name: "Remove the account" }).click();
  await page.getByText("Nothing was removed: tick the box if you mean it.").waitFor();
  await page.getByText("Remove", { exact: true }).click();
  await page.getByLabel(`Remove ${ME}`).check();
  await page.getByRole("button", { name: "Remove the account" }).click();
  await page.getByText(`${ME} is removed, and its password is deleted. What it recorded stays`).waitFor();
  await start.says(/me@example\.com: removed, signed out$/);
  await looksRight(page);
  expect(complaints).toEqual([]);
  await close();
  expect((await start.stop()).code).toBe(0);
}, 240_000);
