/** Names and messages come from strangers. On every page and in every file they are text, and nothing else. */
import { parse } from "csv-parse/sync";
import type { Page } from "playwright-core";
import { beforeEach, describe, expect, test } from "vitest";
import { HOSTILE_NAMES, type SampleHistory } from "../helpers/sample-history.ts";
import type { DashboardProcess, SignedIn } from "./dashboard-process.ts";
import { sidewaysPixels } from "./looks.ts";
import { withSampleDashboard } from "./sample-dashboard.ts";

let dashboard: DashboardProcess;
let page: Page;
let sample: SampleHistory;
let session: SignedIn;

// After each test the page must have had nothing to complain about: no script of theirs, no dialog, no request elsewhere.
withSampleDashboard("rollcall.db", (here) => {
  ({ dashboard, page, sample, session } = here);
});

const SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>\u202Egpj.exe";

/** They say the same in every other way in which somebody can say something. */
beforeEach(() => {
  const atMs = Date.now();
  const said = { kind: "profile" as const, accountId: sample.accountId, atMs };
  for (const address of ["script@example.com", "anna@example.com"])
    for (const field of ["message", "media", "picture", "places"] as const)
      sample.append({ ...said, address, field, value: `${SCRIPT} ${field} ${"x".repeat(10_000)}` });
  sample.append({
    kind: "activity",
    accountId: sample.accountId,
    atMs,
    address: "script@example.com",
    field: "invitation",
    value: SCRIPT,
  });
  sample.append({
    kind: "account-state",
    accountId: sample.accountId,
    atMs,
    state: "watching",
    detail: `the server says ${SCRIPT}`,
  });
  const everybody = Object.keys(HOSTILE_NAMES).map((address) => ({
    address,
    displayAddress: address,
    name: HOSTILE_NAMES[address as keyof typeof HOSTILE_NAMES],
    groups: [SCRIPT, "=1+1"],
  }));
  for (const contact of everybody) sample.append({ kind: "contact-added", accountId: sample.accountId, atMs, contact });
});

const PAGES = ["/", "/everyone", "/timeline", "/coverage", "/export", "/settings", "/api"];

describe("on every page", () => {
  test.each([...PAGES, ...Object.keys(HOSTILE_NAMES)])("%s", async (name) => {
    const path = name.startsWith("/") ? name : `/contact/${sample.contactId(name)}`;
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(`${dashboard.origin}${path}?tz=UTC`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForLoadState("networkidle").catch(() => undefined);
      expect(await page.locator("[onerror], img[src='x'], a[href^='javascript']").count()).toBe(0);
      // Those that come later are files of ours.
      expect(await page.locator("script:not([nonce]):not([src^='/_next/static/'])").count()).toBe(0);
      expect(await sidewaysPixels(page), `${width} pixels`).toBeLessThanOrEqual(0);
    }
  });

  test("what turns the direction of writing around does so for itself alone", async () => {
    for (const path of [...PAGES, `/contact/${sample.contactId("backwards@example.com")}`]) {
      await page.goto(`${dashboard.origin}${path}?tz=UTC`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await page.evaluate<string[]>(LOOSE), path).toEqual([]);
    }
  });
});

describe("in every file", () => {
  const get = async (path: string) => {
    const cookie = session.cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    return (await fetch(`${dashboard.origin}${path}`, { headers: { Cookie: cookie } })).text();
  };

  test.each(["events", "spans", "daily", "hourly", "coverage"])("of %s, no cell is a formula", async (shape) => {
    const rows = parse(await get(`/export/${shape}.csv?tz=UTC`), { bom: true }) as string[][];
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.flat().filter((cell) => /^[=@\t\r]|^[+-](?!\d)/.test(cell))).toEqual([]);
    const names = new Set(rows.map((row) => row[(rows[0] ?? []).indexOf("name")]));
    if (shape === "coverage") return;
    expect(names.has(`'${HOSTILE_NAMES["sums@example.com"]}`)).toBe(true);
    expect(names.has(HOSTILE_NAMES["endless@example.com"])).toBe(true);
    const lines = (await get(`/export/${shape}.jsonl?tz=UTC`)).trimEnd().split("\n");
    expect(new Set(lines.map((line) => (JSON.parse(line) as { name: string }).name))).toContain(
      HOSTILE_NAMES["script@example.com"],
    );
  });

  test("of the API, a name is a string", async () => {
    const { contacts } = JSON.parse(await get("/api/v1/contacts")) as { contacts: { address: string; name: string }[] };
    for (const [address, name] of Object.entries(HOSTILE_NAMES))
      expect(contacts.find((one) => one.address === address)?.name).toBe(name || address);
  });
});

/** Text with such a letter that nothing holds together: neither an element of its own direction, nor an isolate. */
const LOOSE = `(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const loose = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!/[\\u202a-\\u202e]/.test(node.data)) continue;
    const parent = node.parentElement;
    if (parent.closest("bdi, [dir=auto], script, style, textarea, pre") || /^\\u2068.*\\u2069/s.test(node.data.trim())) continue;
    if (getComputedStyle(parent).unicodeBidi.startsWith("isolate") && parent.textContent === node.data) continue;
    loose.push(parent.outerHTML.slice(0, 200));
  }
  return loose;
})()`;
