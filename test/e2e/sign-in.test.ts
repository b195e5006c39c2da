import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Access } from "../../db/access/access.ts";
import { ask, form } from "../helpers/ask.ts";
import { launchBrowser, openPage } from "../helpers/browser.ts";
import { SampleHistory } from "../helpers/sample-history.ts";
import { accessibilityFaults } from "./accessibility.ts";
import { type DashboardProcess, startDashboard } from "./dashboard-process.ts";
import { sidewaysPixels } from "./looks.ts";

const PASSWORD = "correct horse battery";

let folder: string;
let dashboard: DashboardProcess;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rollcall-sign-in-"));
  new SampleHistory(folder, Date.now()).close();
  const access = new Access(folder);
  await access.setPassword(PASSWORD, Date.now());
  access.close();
  // Listening for all, as beyond loopback; the tests ask by way of loopback.
  [dashboard, browser] = await Promise.all([
    startDashboard(folder, { ROLLCALL_HOST: "0.0.0.0", ROLLCALL_NAMES: "home.example", ROLLCALL_PROXY: "127.0.0.2" }),
    launchBrowser(),
  ]);
});

afterAll(async () => {
  await browser.close();
  await dashboard.stop();
  rmSync(folder, { recursive: true });
});

const post = (fields: Record<string, string>) =>
  ask({ port: dashboard.port, path: "/sign-in", ...form(dashboard.origin, fields) });

test("with a password, the address that is printed carries no key", () => {
  expect(dashboard.output().stdout).toBe(`Open http://127.0.0.1:${dashboard.port}/\n`);
});

test.each([true, false])("signing in leads to where one wanted to go (with scripts: %s)", async (javaScriptEnabled) => {
  const watched = await openPage(browser, dashboard.origin, { javaScriptEnabled });
  const { page } = watched;
  const wanted = `${dashboard.origin}/coverage?tz=UTC`;
  expect((await page.goto(wanted))?.status()).toBe(401);
  expect(await page.content()).not.toContain("me@example.com");
  await page.getByLabel("Password").fill("correct horse batterx");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").getByText("That is not the password.").waitFor();
  await page.getByLabel("Password").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Coverage" }).waitFor();
  expect(page.url()).toBe(wanted);
  const [stored] = await page.context().cookies();
  expect(stored).toMatchObject({ httpOnly: true, sameSite: "Lax", secure: false });
  await page.goto(`${dashboard.origin}/sign-in`);
  expect(page.url()).toBe(`${dashboard.origin}/`);
  // What the browser says of answers with 401.
  expect(watched.complaints.filter((line) => !line.includes("401"))).toEqual([]);
  await watched.close();
});

test.each([
  ["light", 390],
  ["dark", 1280],
] as const)("nobody is kept out of the sign-in form by how it looks: %s, %d pixels", async (colorScheme, width) => {
  const { page, close } = await openPage(browser, dashboard.origin, { colorScheme, viewport: { width, height: 800 } });
  await page.goto(dashboard.origin);
  await page.getByText("I do not know the password").click();
  await page.getByText("npx rollcall password").waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await sidewaysPixels(page)).toBe(0);
  await close();
});

test("a fresh key opens on this computer, with a password too", async () => {
  const access = new Access(folder);
  const key = access.makeKey(Date.now());
  access.close();
  const byProxy = { "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Host": "home.example", "X-Forwarded-Proto": "https" };
  const path = `/?key=${key}`;
  const through = await askByProxy({ path, headers: byProxy });
  expect(through.code).toBe(401);
  expect(through.body).toContain("opens only in a browser on the computer that runs Rollcall");
  expect((await ask({ port: dashboard.port, path })).code).toBe(303);
});

test("behind https the cookie is for https alone", async () => {
  const headers = { "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Host": "home.example", "X-Forwarded-Proto": "https" };
  const posted = form("https://home.example", { password: PASSWORD, to: "//evil.example/" });
  const answer = await askByProxy({ path: "/sign-in", ...posted, headers: { ...posted.headers, ...headers } });
  expect(answer.code).toBe(303);
  expect(answer.headers.location).toBe("/");
  expect(String(answer.headers["set-cookie"])).toMatch(/; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/);
});

test("what pretends to come through the proxy, or asks for another name, is refused", async () => {
  const { port } = dashboard;
  expect((await ask({ port, path: "/", headers: { "X-Forwarded-For": "192.0.2.1" } })).code).toBe(400);
  expect((await ask({ port, path: "/", headers: { Host: `home.example:${port}` } })).code).toBe(401);
  expect((await ask({ port, path: "/", headers: { Host: "evil.example" } })).code).toBe(403);
});

test.each(["text/plain", "multipart/form-data; boundary=x", ""])("a post of type '%s' is no sign-in", async (type) => {
  const headers = { Origin: dashboard.origin, ...(type ? { "Content-Type": type } : {}) };
  const body = `password=${PASSWORD}`;
  const answer = await ask({ port: dashboard.port, path: "/sign-in", method: "POST", headers, body });
  expect(answer.code).toBe(400);
  expect(answer.headers["set-cookie"]).toBeUndefined();
});

test("a form that is far too large is refused and not read to its end", async () => {
  expect((await post({ password: "x".repeat(9_000) })).code).toBe(400);
});

describe("guessing", () => {
  test("becomes slow, also with many at once, and the answer says when to try again", async () => {
    const answers = await Promise.all(Array.from({ length: 24 }, (_, index) => post({ password: `guess ${index}` })));
    const codes = answers.map(({ code }) => code);
    expect(codes.filter((code) => code === 401).length).toBeLessThanOrEqual(5);
    const refused = answers.find(({ code }) => code === 429);
    expect(Number(refused?.headers["retry-after"])).toBeGreaterThan(0);
    expect(refused?.body).toMatch(/Too many attempts: try again in \d+ seconds?\./);
    // Even the right one has to wait.
    expect((await post({ password: PASSWORD })).code).toBe(429);
    // Another address is not held up.
    const headers = {
      "X-Forwarded-For": "192.0.2.77",
      "X-Forwarded-Host": "home.example",
      "X-Forwarded-Proto": "https",
    };
    const posted = form("https://home.example", { password: PASSWORD });
    const other = await askByProxy({ path: "/sign-in", ...posted, headers: { ...posted.headers, ...headers } });
    expect(other.code).toBe(303);
  });
});

/** From the address that is configured as the proxy's. */
function askByProxy(asking: Omit<Parameters<typeof ask>[0], "port" | "localAddress">) {
  return ask({ ...asking, port: dashboard.port, localAddress: "127.0.0.2" });
}
