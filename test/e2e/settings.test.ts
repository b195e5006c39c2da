import { TOTP } from "otpauth";
import type { Browser, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { ask, form } from "../helpers/ask.ts";
import { openPage } from "../helpers/browser.ts";
import { accessibilityFaults } from "./accessibility.ts";
import type { DashboardProcess, SignedIn } from "./dashboard-process.ts";
import { sidewaysPixels } from "./looks.ts";
import { withSampleDashboard } from "./sample-dashboard.ts";

let dashboard: DashboardProcess;
let browser: Browser;
let page: Page;
let session: SignedIn;

withSampleDashboard("rollcall.db", (here) => {
  ({ dashboard, browser, page, session } = here);
});

async function openSettings(on = page): Promise<void> {
  await on.goto(`${dashboard.origin}/settings?tz=UTC`);
  await on.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
}

async function fill(fields: Record<string, string>): Promise<void> {
  for (const [label, text] of Object.entries(fields))
    await page.getByRole("textbox", { name: label, exact: true }).fill(text);
}

test.each([
  ["light", 390],
  ["dark", 1280],
] as const)("nobody is kept out: %s, %d pixels wide", async (colorScheme, width) => {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width, height: 900 });
  await openSettings();
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await sidewaysPixels(page)).toBe(0);
});

test("the way there stands on every page", async () => {
  await page.goto(`${dashboard.origin}/?tz=UTC`);
  await page.getByRole("link", { name: "Settings" }).click();
  await page.waitForURL(`${dashboard.origin}/settings?tz=UTC`);
});

describe("the password", () => {
  test("is set and changed, with what was wrong said beside the form; another browser signs in with it", async () => {
    await openSettings();
    await fill({ Password: "correct horse", "The same again": "correct house" });
    await page.getByRole("button", { name: "Set the password" }).click();
    await page.getByRole("alert").getByText("The two new ones were not the same; nothing was changed.").waitFor();
    await fill({ Password: "correct horse", "The same again": "correct horse" });
    await page.getByRole("button", { name: "Set the password" }).click();
    await page.getByRole("status").getByText("The password is set. Every other browser signs in anew.").waitFor();
    expect(page.url()).toBe(`${dashboard.origin}/settings?tz=UTC&said=password-set#password`);

    await page.getByText("Change the password").click();
    await fill({
      "Present password": "wrong horse",
      "New password": "battery staple",
      "The same again": "battery staple",
    });
    await page.getByRole("button", { name: "Change it" }).click();
    await page.getByRole("alert").getByText("That is not the present password; nothing was changed.").waitFor();
    await fill({
      "Present password": "correct horse",
      "New password": "battery staple",
      "The same again": "battery staple",
    });
    await page.getByRole("button", { name: "Change it" }).click();
    await page.getByRole("status").waitFor();

    const other = await openPage(browser, dashboard.origin, { javaScriptEnabled: false });
    await other.page.goto(`${dashboard.origin}/settings`);
    await other.page.getByLabel("Password").fill("battery staple");
    await other.page.getByRole("button", { name: "Sign in" }).click();
    await other.page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
    // Each sees both, and which is its own.
    expect(await other.page.getByText("this browser").count()).toBe(1);
    await openSettings();
    await page.getByRole("button", { name: "Sign out everywhere else" }).click();
    await page.getByRole("status").getByText("Every other browser is signed out.").waitFor();
    await other.page.goto(`${dashboard.origin}/settings`);
    await other.page.getByRole("heading", { name: "Sign in" }).waitFor();
    await other.close();
  });

  test("goes with a code of an app, when that is set up, and each code works once", async () => {
    await openSettings();
    const section = page.getByRole("region", { name: "Codes at sign-in" });
    await section.getByText("Set up", { exact: true }).click();
    await section.getByLabel("Password, once more").fill("battery staple");
    await section.getByRole("button", { name: "Show the secret" }).click();
    const secret = (await page.getByTestId("secret").textContent()) ?? "";
    expect(await section.getByRole("link").getAttribute("href")).toMatch(/^otpauth:\/\/totp\/Rollcall/);
    await section.getByLabel("The code that the app shows").fill("123 45");
    await section.getByRole("button", { name: "Ask for codes from now on" }).click();
    await section.getByRole("alert").getByText("That is not a code of this secret").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const code = (aheadMs: number) => new TOTP({ secret }).generate({ timestamp: Date.now() + aheadMs });
    await section.getByLabel("The code that the app shows").fill(code(0));
    await section.getByRole("button", { name: "Ask for codes from now on" }).click();
    await section.getByRole("status").getByText("From now on sign-in asks for a code, too.").waitFor();
    expect(await page.content()).not.toContain(secret);

    const { port, origin } = dashboard;
    const signIn = async (password: string, oneCode: string) =>
      (await ask({ port, path: "/sign-in", ...form(origin, { password, code: oneCode }) })).code;
    // Half a minute ahead, as a clock may be; the present one was used up above.
    const ahead = code(30_000);
    expect(await signIn("battery staple", "")).toBe(401);
    expect(await signIn("wrong staple", ahead)).toBe(401);
    expect(await signIn("battery staple", ahead)).toBe(303);
    expect(await signIn("battery staple", ahead)).toBe(401);
    const other = await openPage(browser, origin, { javaScriptEnabled: false });
    await other.page.goto(origin);
    await other.page.getByLabel("Code of your app").waitFor();
    expect(await sidewaysPixels(other.page)).toBe(0);
    await other.close();

    await section.getByText("Ask for none any more").click();
    await section.getByLabel("Password, once more").fill("battery staple");
    await section.getByRole("button", { name: "Ask for none", exact: true }).click();
    await section.getByRole("status").getByText("Sign-in asks for no code any more.").waitFor();
  });

  test("is removed by whoever knows it", async () => {
    await openSettings();
    await page.getByText("Remove the password").click();
    await fill({ "Present password, to remove it": "battery staple" });
    await page.getByRole("button", { name: "Remove it" }).click();
    await page.getByRole("status").getByText("There is no password any more.").waitFor();
    await page.getByRole("button", { name: "Set the password" }).waitFor();
  });
});

describe("an API token", () => {
  test("is made, shown once, opens the API alone, and is revoked", async () => {
    await openSettings();
    await fill({ "What it is for": "home automation" });
    await page.getByRole("button", { name: "Make a token" }).click();
    const token = (await page.getByTestId("made").textContent()) ?? "";
    expect(token).toMatch(/^rollcall_[\w-]{32}$/);
    expect(page.url()).not.toContain(token);
    await page.reload();
    await page.getByText("home automation").waitFor();
    expect(await page.content()).not.toContain(token);

    const headers = { Authorization: `Bearer ${token}` };
    const asked = async (path: string, method = "GET") =>
      (await ask({ port: dashboard.port, path, method, headers })).code;
    // There is no such question, but it was let in to hear that.
    expect(await asked("/api/v1/nothing-of-that-name")).toBe(404);
    expect(await asked("/api/v1/nothing-of-that-name", "POST")).toBe(403);
    for (const path of [
      "/",
      "/api/live",
      "/export/events.csv",
      "/settings",
      "/api/v1/../live",
      "/api/v1/%2e%2e/live",
      "/api/v1/..%2flive",
      "/api/v1",
    ])
      expect(await asked(path)).toBe(401);

    await page.getByRole("button", { name: "Revoke home automation" }).click();
    await page.getByRole("status").getByText("That token opens nothing any more.").waitFor();
    const refused = await ask({ port: dashboard.port, path: "/api/v1/nothing-of-that-name", headers });
    expect(refused).toMatchObject({ code: 401, body: "There is no such token, or it was revoked.\n" });
    expect(refused.headers["www-authenticate"]).toBe('Bearer realm="Rollcall"');
  });

  test("that may change things may post without an Origin; a name is given once", async () => {
    await openSettings();
    await fill({ "What it is for": "script" });
    await page.getByLabel("read and change").check();
    await page.getByRole("button", { name: "Make a token" }).click();
    const token = (await page.getByTestId("made").textContent()) ?? "";
    const headers = { Authorization: `Bearer ${token}`, "X-Rollcall-Caller": '{"kind":"owner"}' };
    const path = "/api/v1/nothing-of-that-name";
    expect((await ask({ port: dashboard.port, path, method: "POST", headers })).code).toBe(405);
    expect((await ask({ port: dashboard.port, path: "/settings/tokens", method: "POST", headers })).code).toBe(403);
    await fill({ "What it is for": "script" });
    await page.getByRole("button", { name: "Make a token" }).click();
    await page.getByRole("alert").getByText("There is a token of that name already; none was made.").waitFor();
  });
});

test("a page elsewhere cannot make the browser change anything", async () => {
  const cookies = await page.context().cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  for (const path of ["/settings/password", "/settings/sessions", "/settings/tokens"]) {
    for (const origin of ["http://evil.example", "null"]) {
      const answer = await page.request.post(`${dashboard.origin}${path}`, {
        headers: { Origin: origin, Cookie: cookie },
        form: { others: "yes", new: "evil password", again: "evil password" },
      });
      expect(answer.status()).toBe(403);
    }
  }
});

test("what stands in the address cannot put words on the page", async () => {
  await page.goto(`${dashboard.origin}/settings?tz=UTC&said=constructor&wait=1`);
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
  expect(await page.getByRole("status").count()).toBe(0);
  expect(await page.getByRole("main").getByRole("alert").count()).toBe(0);
});

test("signing out closes the door", async () => {
  const own = await openPage(browser, dashboard.origin, { storageState: session });
  await openSettings(own.page);
  await own.page.getByRole("button", { name: "Sign out here" }).click();
  await own.page.getByRole("heading", { name: "This dashboard is locked" }).waitFor();
  await own.close();
});
