import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask as askAt } from "../helpers/ask.ts";
import { launchBrowser, openPage } from "../helpers/browser.ts";
import { SampleHistory } from "../helpers/sample-history.ts";
import { type DashboardProcess, failingDashboard, startDashboard } from "./dashboard-process.ts";

let folder: string;
let dashboard: DashboardProcess;
let browser: Browser;
/** `name=value`, once somebody has come in. */
let cookie: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rollcall-gate-"));
  new SampleHistory(folder, Date.now()).close();
  [dashboard, browser] = await Promise.all([startDashboard(folder), launchBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await dashboard.stop();
  rmSync(folder, { recursive: true });
});

function ask(path: string, headers: Record<string, string> = {}, method = "GET", port = dashboard.port) {
  return askAt({ port, path, headers, method });
}

describe("before the door opens", () => {
  test("exactly one line is printed, with the address", () => {
    expect(dashboard.output().stdout).toMatch(/^Open http:\/\/127\.0\.0\.1:\d+\/\?key=[\w-]{32}\n$/);
    expect(dashboard.output().stderr).toBe("");
  });

  test("a foreign Host header is refused in one clear line", async () => {
    const { code, body, headers } = await ask("/", { Host: "rollcall.evil.example" });
    expect(code).toBe(403);
    expect(headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(body).toBe(
      `The request asked for "rollcall.evil.example", which is not this dashboard: open ${dashboard.origin}/ instead, or add the name to dashboard.names.\n`,
    );
  });

  test("a request that came through a proxy is refused", async () => {
    const { code, body } = await ask("/", { "X-Forwarded-For": "192.0.2.1" });
    expect(code).toBe(400);
    expect(body).toMatch(/no proxy is configured/);
  });

  test.each(["//", "//evil.example/", "http://evil.example/", "/\\evil.example", "*"])(
    "the address '%s' is refused and harms nothing",
    async (path) => {
      expect(await ask(path)).toMatchObject({ code: 400, body: "That is not an address of this dashboard.\n" });
      expect((await ask("/")).code).toBe(401);
    },
  );

  test.each(["/api/live", "/api/session", "/export/events.csv", "/_next/static/chunks/main.js"])(
    "%s is closed without a session",
    async (path) => {
      const { code, body, headers } = await ask(path);
      expect(code).toBe(401);
      expect(headers["content-type"]).toBe("text/plain; charset=utf-8");
      expect(body).toMatch(/^Not signed in: open the address that `npx rollcall start`/);
    },
  );

  test("a page says how to get in, and names nobody", async () => {
    const watched = await openPage(browser, dashboard.origin);
    const answer = await watched.page.goto(`${dashboard.origin}/contact/1`);
    expect(answer?.status()).toBe(401);
    await watched.page.getByRole("heading", { name: "This dashboard is locked" }).waitFor();
    expect(await watched.page.content()).not.toContain("Anna");
    await watched.close();
  });
});

describe("the key", () => {
  test("HEAD does not use it up; opening it signs the browser in and takes it out of the address", async () => {
    const { pathname, search } = new URL(dashboard.keyAddress);
    expect((await ask(`${pathname}${search}`, {}, "HEAD")).code).toBe(401);
    const watched = await openPage(browser, dashboard.origin);
    await watched.page.goto(dashboard.keyAddress);
    expect(watched.page.url()).toBe(`${dashboard.origin}/`);
    await watched.page.getByText("Live", { exact: true }).waitFor();
    const [stored] = await watched.page.context().cookies();
    expect(stored).toMatchObject({ name: `rollcall_${dashboard.port}`, httpOnly: true, sameSite: "Lax", path: "/" });
    cookie = `${stored?.name}=${stored?.value}`;
    expect(watched.complaints).toEqual([]);
    await watched.close();
  });

  test("it does not work again", async () => {
    const watched = await openPage(browser, dashboard.origin);
    const answer = await watched.page.goto(dashboard.keyAddress);
    expect(answer?.status()).toBe(401);
    await watched.page.getByText("This address has been used already").waitFor();
    await watched.close();
  });
});

describe("with a session", () => {
  test("pages may run nothing but their own scripts, are not kept, and are not framed", async () => {
    const { code, headers, body } = await ask("/", { Cookie: cookie });
    expect(code).toBe(200);
    const policy = String(headers["content-security-policy"]);
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? "missing";
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|https?:/);
    for (const [tag] of body.matchAll(/<script[^>]*>/g)) expect(tag).toContain(`nonce="${nonce}"`);
    expect(headers["cache-control"]).toContain("no-store");
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "x-frame-options": "DENY",
    });
    expect(headers["x-powered-by"]).toBeUndefined();
  });

  test("a foreign Host or Origin is still refused", async () => {
    expect((await ask("/", { Cookie: cookie, Host: "evil.example" })).code).toBe(403);
    expect((await ask("/api/live", { Cookie: cookie, Origin: "http://evil.example" })).code).toBe(403);
  });

  test.each(["/%", "/contact/%00", "/contact/%F0%9F", "/?tz=%"])(
    "the crooked address '%s' harms nothing",
    async (path) => {
      expect((await ask(path, { Cookie: cookie })).code).toBeLessThan(500);
      expect((await ask("/api/session", { Cookie: cookie })).code).toBe(204);
    },
  );

  test("an upgrade does not get past the gate once Next runs", async () => {
    const upgrade = { Connection: "Upgrade", Upgrade: "websocket" };
    await ask("/", { cookie });
    expect((await ask("/nothing", { ...upgrade, host: "evil.example" })).code).toBe(403);
    expect((await ask("/nothing", upgrade)).code).toBe(401);
  });

  test("live views have a limit, and those that were left make room", async () => {
    const open = () =>
      new Promise<IncomingMessage>((resolve, reject) => {
        const headers = { Cookie: cookie };
        const asking = request({ host: "127.0.0.1", port: dashboard.port, path: "/api/live", headers, agent: false });
        asking.on("error", reject).on("response", resolve).end();
      });
    const views = await Promise.all(Array.from({ length: 200 }, open));
    expect(new Set(views.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    expect(await ask("/api/live", { Cookie: cookie })).toMatchObject({
      code: 503,
      body: "200 live views are open already: close one, then this one goes on.\n",
    });
    for (const view of views) view.destroy();
    const again = async () => {
      const view = await open();
      view.destroy();
      return view.statusCode;
    };
    await expect.poll(again, { timeout: 10_000, interval: 100 }).toBe(200);
  });

  test("an address without a contact is 404", async () => {
    for (const id of ["999999", "nobody", "1e3", "-1"])
      expect((await ask(`/contact/${id}`, { Cookie: cookie })).code).toBe(404);
  });

  test.each([
    ["/export/everything.csv", 'shape "everything" is not one of events, spans, daily, hourly, coverage\n'],
    ["/export/events.csv?tz=Mars", '"Mars" is not a time zone; it should look like Europe/Berlin or UTC\n'],
  ])("%s is refused in one clear line", async (path, line) => {
    expect(await ask(path, { Cookie: cookie })).toMatchObject({ code: 400, body: line });
  });
});

describe("starting and stopping", () => {
  test("a port in use is one clear line", async () => {
    const { code, stderr } = await failingDashboard({ ROLLCALL_DATA: folder, ROLLCALL_PORT: `${dashboard.port}` });
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^Port ${dashboard.port} is in use[^\\n]*ROLLCALL_PORT=\\d+\\.\\n$`));
  });

  test.each([
    [{ ROLLCALL_PORT: "http" }, /^ROLLCALL_PORT is "http": it should be a port[^\n]*\n$/],
    [{ ROLLCALL_HOST: "0.0.0.0" }, /^ROLLCALL_HOST is "0\.0\.0\.0"[^\n]*needs a password[^\n]*ssh -L[^\n]*\n$/],
  ])("nonsense settings are one clear line: %o", async (env, line) => {
    const { code, stderr } = await failingDashboard({ ROLLCALL_DATA: folder, ...env });
    expect(code).toBe(2);
    expect(stderr).toMatch(line);
  });

  test("an access.db that is none is one clear line", async () => {
    const own = mkdtempSync(join(tmpdir(), "rollcall-garbage-"));
    writeFileSync(join(own, "access.db"), "garbage, ".repeat(500));
    const { code, stderr } = await failingDashboard({ ROLLCALL_DATA: own });
    expect(code).toBe(1);
    expect(stderr).toBe(
      `${own}/access.db is damaged, or is not one of Rollcall's: move it away and start again; a new one is made, and everyone signs in anew\n`,
    );
    rmSync(own, { recursive: true });
  });

  test("when the gate itself fails, the browser is told and the reason is printed in one line", async () => {
    const own = mkdtempSync(join(tmpdir(), "rollcall-broken-"));
    cpSync(join(folder, "rollcall.db"), join(own, "rollcall.db"));
    const broken = await startDashboard(own);
    const access = new Database(join(own, "access.db"));
    access.exec("DROP TABLE session");
    access.close();
    const name = `rollcall_${broken.port}`;
    const answer = await ask("/contact/1?key=secret", { Cookie: `${name}=abc` }, "GET", broken.port);
    expect(answer).toMatchObject({
      code: 500,
      body: "The dashboard failed to answer; why stands where Rollcall was started.\n",
    });
    expect(answer.headers["x-frame-options"]).toBe("DENY");
    // It goes on: this one needs no session to be looked at.
    expect((await ask("/", { Host: "evil.example" }, "GET", broken.port)).code).toBe(403);
    expect(await broken.stop()).toBe(0);
    expect(broken.output().stderr).toMatch(
      /^GET \/contact\/1 could not be answered: \S+access\.db cannot be used \(no such table: session\)[^\n]*\n$/,
    );
    rmSync(own, { recursive: true });
  });

  test("SIGTERM ends it at once, live views and all", async () => {
    const own = await startDashboard(folder);
    const watched = await openPage(browser, own.origin);
    await watched.page.goto(own.keyAddress);
    await watched.page.getByText("Live", { exact: true }).waitFor();
    const startMs = performance.now();
    expect(await own.stop()).toBe(0);
    expect(performance.now() - startMs).toBeLessThan(2_000);
    await watched.page.getByText("Connection lost").waitFor();
    await watched.close();
  });

  test.each([
    ["a timeline", "/timeline?tz=UTC", "The dashboard does not answer.", movesItsSlider],
    ["a contact", "/contact/1?tz=UTC", "Connection lost", isLiveAndWhole],
  ])("%s that is open stays, and says so", async (_what, path, words, isAwake) => {
    const own = await startDashboard(folder);
    const watched = await openPage(browser, own.origin);
    await watched.page.clock.install();
    await watched.page.goto(own.keyAddress);
    await watched.page.goto(`${own.origin}${path}`);
    const heading = watched.page.getByRole("heading", { level: 1 });
    await isAwake(watched.page);
    const address = watched.page.url();
    expect(await own.stop()).toBe(0);
    // Longer than until any page draws itself afresh.
    for (let i = 0; i < 3; i++) await watched.page.clock.fastForward(31_000);
    await watched.page.getByText(words).first().waitFor();
    await heading.waitFor();
    expect(watched.page.url()).toBe(address);
    await watched.close();
  });
});

// What a page does only when its scripts have come: before that it has nothing to stay with.

async function isLiveAndWhole(page: Page): Promise<void> {
  await page.getByText("Live", { exact: true }).waitFor();
  // The code of the last charts comes after all else.
  await page.locator(".recharts-surface").first().waitFor();
}

async function movesItsSlider(page: Page): Promise<void> {
  const when = page.getByTestId("when");
  const before = await when.textContent();
  await expect
    .poll(async () => {
      await page.getByRole("slider").press("ArrowLeft");
      return when.textContent();
    })
    .not.toBe(before);
  // The address follows a moment later.
  await page.clock.fastForward(1_000);
  await page.waitForURL(/[?&]at=/);
}
