/** The dashboard over the sample history, and a page of a browser that is let in: afresh for each file and each test. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { launchBrowser, openPage, type WatchedPage } from "../helpers/browser.ts";
import { SampleHistory } from "../helpers/sample-history.ts";
import { type DashboardProcess, type SignedIn, signIn, startDashboard } from "./dashboard-process.ts";

export interface SampleDashboard {
  sample: SampleHistory;
  dashboard: DashboardProcess;
  browser: Browser;
  session: SignedIn;
  page: Page;
}

/**
 * Calls `given` before each test. After each one the page must have had nothing to complain about. `file`: as which
 * database the history is recorded.
 */
export function withSampleDashboard(
  file: "rollcall.db" | "sandbox.db",
  given: (here: SampleDashboard) => void,
  options: BrowserContextOptions = {},
): void {
  let folder: string;
  let shared: Omit<SampleDashboard, "page">;
  let watched: WatchedPage;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "rollcall-e2e-"));
    const sample = new SampleHistory(folder, Date.now(), file);
    const [dashboard, browser] = await Promise.all([startDashboard(folder), launchBrowser()]);
    shared = { sample, dashboard, browser, session: await signIn(browser, dashboard) };
  });

  afterAll(async () => {
    await shared.browser.close();
    await shared.dashboard.stop();
    shared.sample.close();
    rmSync(folder, { recursive: true });
  });

  beforeEach(async () => {
    const { sample, dashboard, browser, session } = shared;
    sample.prove(Date.now());
    watched = await openPage(browser, dashboard.origin, { storageState: session, ...options });
    given({ ...shared, page: watched.page });
  });

  afterEach(async () => {
    expect(watched.complaints).toEqual([]);
    await watched.close();
  });
}
