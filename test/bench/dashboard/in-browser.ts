/** How soon something is to be seen in a real browser, and how much script that takes. */
import type { Browser, Page } from "playwright-core";
import type { DashboardProcess, SignedIn } from "../../e2e/dashboard-process.ts";
import { launchBrowser, openPage } from "../../helpers/browser.ts";
import { heading, inMs, row } from "../history/report.ts";
import { inSpread } from "../spread.ts";
import type { LiveTeam } from "./live-team.ts";

const RUNS = 7;
const CHANGES = 20;

/** `cookie`: as `name=value`. */
export async function inBrowser(dashboard: DashboardProcess, cookie: string, team: LiveTeam): Promise<void> {
  const browser = await launchBrowser();
  try {
    const session = signedInBy(cookie, dashboard);
    const pages = {
      Now: ["/", "li[data-address] [role=img] [data-status]"],
      "a contact": [
        `/contact/${Math.ceil(team.contacts / 2)}`,
        "[data-status][role=gridcell], [role=grid] [data-status]",
      ],
      Timeline: ["/timeline", "li[data-address] svg path"],
      Everyone: ["/everyone", "svg.recharts-surface path, [role=grid] [role=gridcell]"],
    } as const;
    heading(
      "In Chromium, with nothing kept from before",
      "the first chart (target 1 s)",
      "script until then, compressed (target 200 kB)",
    );
    for (const [name, [path, chart]] of Object.entries(pages)) {
      const seen: number[] = [];
      const scripts: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        const one = await visit(browser, session, `${dashboard.origin}${path}`, chart);
        seen.push(one.seenMs);
        scripts.push(one.scriptKb);
      }
      row(name, inMs(seen), `${inSpread(scripts, 0)} kB`);
    }
    await live(browser, session, dashboard, team);
  } finally {
    await browser.close();
  }
}

function signedInBy(cookie: string, { origin }: DashboardProcess): SignedIn {
  const [name = "", value = ""] = cookie.split(/=(.*)/s);
  const rest = { path: "/", expires: -1, httpOnly: true, secure: false, sameSite: "Strict" as const };
  return { cookies: [{ name, value, domain: new URL(origin).hostname, ...rest }], origins: [] };
}

async function visit(
  browser: Browser,
  session: SignedIn,
  url: string,
  chart: string,
): Promise<{ seenMs: number; scriptKb: number }> {
  const { page, close } = await openPage(browser, new URL(url).origin, { storageState: session });
  const scripts = await countScripts(page);
  const beganMs = performance.now();
  await page.goto(url, { waitUntil: "commit" });
  await page.locator(chart).first().waitFor();
  const seenMs = performance.now() - beganMs;
  const scriptKb = scripts() / 1_000;
  await close();
  return { seenMs, scriptKb };
}

async function countScripts(page: Page): Promise<() => number> {
  const line = await page.context().newCDPSession(page);
  await line.send("Network.enable");
  const kinds = new Map<string, string>();
  let bytes = 0;
  line.on("Network.responseReceived", ({ requestId, type }) => void kinds.set(requestId, type));
  line.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (kinds.get(requestId) === "Script") bytes += encodedDataLength;
  });
  return () => bytes;
}

/** From the disk to the screen, and from a key to the rows that are found. */
async function live(browser: Browser, session: SignedIn, dashboard: DashboardProcess, team: LiveTeam): Promise<void> {
  const { page, close } = await openPage(browser, dashboard.origin, { storageState: session });
  await page.goto(`${dashboard.origin}/?tz=UTC`);
  await page.getByText("Live", { exact: true }).waitFor();
  const late: number[] = [];
  for (let nth = 0; nth < CHANGES; nth++) {
    const status = nth % 2 === 0 ? "busy" : "on-the-phone";
    const { committedMs } = team.change(0, status);
    await page.locator(`li[data-address][data-status="${status}"]`).first().waitFor();
    late.push(performance.now() - committedMs);
  }
  const typed: number[] = [];
  const field = page.getByRole("searchbox", { name: "Find somebody" });
  for (let nth = 0; nth < CHANGES; nth++) {
    await field.fill("");
    await page.waitForTimeout(300);
    typed.push(await page.evaluate<number>(TYPE));
  }
  await close();
  heading("While it is open", "");
  row("a change, from the disk to the screen", inMs(late));
  row("a letter typed to find somebody, until it is drawn (target 100 ms)", inMs(typed));
}

/** Types a letter as React sees it, and waits for the frame after it. */
const TYPE = `(async () => {
  const field = document.querySelector("input[type=search]");
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  const began = performance.now();
  set.call(field, "person 12");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - began;
})()`;
