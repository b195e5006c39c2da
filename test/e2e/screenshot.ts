/** `node test/e2e/screenshot.ts KEY_ADDRESS OUT_FOLDER PATH...`: every page, light and dark, desktop and phone. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launchBrowser } from "../helpers/browser.ts";

const [keyAddress = "", folder = "", ...paths] = process.argv.slice(2);
const { origin } = new URL(keyAddress);
mkdirSync(folder, { recursive: true });
const browser = await launchBrowser();
try {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(keyAddress);
  for (const path of paths) {
    for (const colorScheme of ["light", "dark"] as const) {
      for (const width of [1280, 390]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: width === 390 ? 844 : 860 });
        await page.goto(`${origin}${path}`);
        await page.getByText("Live", { exact: true }).waitFor();
        if (path.startsWith("/contact"))
          await page.locator(".recharts-bar-rectangle, [data-testid=actogram]").first().waitFor();
        const name = path.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "") || "now";
        await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${width}.png`), fullPage: true });
      }
    }
  }
} finally {
  await browser.close();
}
