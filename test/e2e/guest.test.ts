import type { Browser, Page } from "playwright-core";
import { expect, test } from "vitest";
import { ask } from "../helpers/ask.ts";
import { openPage } from "../helpers/browser.ts";
import { accessibilityFaults } from "./accessibility.ts";
import type { DashboardProcess } from "./dashboard-process.ts";
import { sidewaysPixels } from "./looks.ts";
import { withSampleDashboard } from "./sample-dashboard.ts";

let dashboard: DashboardProcess;
let browser: Browser;
let page: Page;

withSampleDashboard("rollcall.db", (here) => {
  ({ dashboard, browser, page } = here);
});

/** The owner's words about the contact that is shared. */
const ALIAS = "That Anna again";
const NOTE = "owes me ten pounds";

test("a guest sees the chosen contact and nothing else, until the link is taken back", async () => {
  await page.goto(`${dashboard.origin}/?tz=UTC`);
  await page
    .getByRole("link", { name: /Anna Berg/ })
    .first()
    .click();
  await page.waitForURL(/\/contact\/\d+/);
  const anna = new URL(page.url()).pathname;
  await page.getByText("Add a name of your own").click();
  await page.getByLabel("Your name for this contact").fill(ALIAS);
  await page.getByLabel("Note", { exact: true }).fill(NOTE);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByTestId("note").waitFor();

  await page.goto(`${dashboard.origin}/settings?tz=UTC`);
  await page.getByText("Make a link", { exact: true }).first().click();
  await page.getByLabel("Whom it is for").fill("Mum");
  await page.getByRole("button", { name: "Make a link" }).click();
  await page.getByRole("alert").getByText("Choose at least one contact; no link was made.").waitFor();
  await page.getByLabel("Whom it is for").fill("Mum");
  await page.getByLabel(/Anna Berg/).check();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "Make a link" }).click();
  const link = (await page.getByTestId("made").textContent()) ?? "";
  expect(link).toMatch(new RegExp(`^${dashboard.origin}/\\?guest=[\\w-]{32}$`));

  const guest = await openPage(browser, dashboard.origin, { viewport: { width: 390, height: 844 } });
  await guest.page.goto(link);
  expect(guest.page.url()).toBe(`${dashboard.origin}/`);
  expect(await guest.page.getByRole("link").count()).toBe(1);
  expect(await accessibilityFaults(guest.page)).toEqual([]);
  await guest.page.getByRole("link", { name: /Anna Berg/ }).click();
  await guest.page.getByRole("heading", { level: 1, name: "Anna Berg" }).waitFor();
  await guest.page.getByTestId("state").waitFor();
  await guest.page.locator(".recharts-bar-rectangle").first().waitFor();
  expect(await sidewaysPixels(guest.page)).toBe(0);
  const [cookie] = await guest.page.context().cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax" });
  const headers = { Cookie: `${cookie?.name}=${cookie?.value}` };
  const look = (path: string, more: Record<string, string> = {}) =>
    ask({ port: dashboard.port, path, headers: { ...headers, ...more } });

  // Neither the page nor what its scripts get tells of anybody else, or what the owner calls and notes.
  for (const more of [{}, { RSC: "1" }, { RSC: "1", "Next-Url": "/everyone" }]) {
    let { code, body, ...first } = await look(anna, more);
    // Next gives each kind of answer an address of its own.
    if (code === 307) ({ code, body } = await look(String(first.headers.location), more));
    expect(code).toBe(200);
    expect(body).toContain("Anna Berg");
    for (const secret of [ALIAS, NOTE, "Ben Okafor", "ben@example.com", "Friends", "Football"])
      expect(body).not.toContain(secret);
  }
  const mine = "contact=anna@example.com&account=me@example.com";
  const download = await look(`/export/events.csv?${mine}&tz=UTC`);
  expect(download.code).toBe(200);
  expect(download.body).toContain("anna@example.com");
  expect(download.body).not.toContain("ben@example.com");
  for (const path of [
    "/everyone",
    "/coverage",
    "/settings",
    "/api/live",
    "/api/session",
    "/api/v1/contacts",
    "/export/events.csv",
    "/export/events.csv?contact=ben@example.com&account=me@example.com",
    `/contact/${Number(anna.split("/")[2]) + 1}`,
    "/nothing",
  ]) {
    const { code, body } = await look(path, { "X-Rollcall-Caller": '{"kind":"owner"}' });
    expect([path, code]).toEqual([path, 403]);
    expect(body).toContain("You are a guest here until");
    expect(body).not.toContain("ben@example.com");
  }
  // The owner, too, may have tried a link in this browser.
  expect((await look("/sign-in")).body).toContain("This dashboard is locked");
  const posted = await ask({
    port: dashboard.port,
    path: "/settings/guests",
    method: "POST",
    headers: { ...headers, Origin: dashboard.origin },
  });
  expect(posted.code).toBe(403);

  await page.getByText("Mum", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Take back the link of Mum" }).click();
  await page.getByRole("status").getByText("That link opens nothing any more.").waitFor();
  expect((await look(anna)).code).toBe(401);
  const late = await ask({ port: dashboard.port, path: new URL(link).pathname + new URL(link).search });
  expect(late.code).toBe(401);
  expect(late.body).toContain("This link opens nothing");
  expect(guest.complaints).toEqual([]);
  await guest.close();
});
