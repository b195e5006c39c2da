import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds by all of its rules, one line each; empty when all is well. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // While a page is drawn afresh, its title comes a moment after the rest.
  await expect.poll(() => page.title()).not.toBe("");
  // By the debugger and not as a script element, which the page's policy rightly refuses.
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate("axe.run()")) as AxeResults;
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`));
}
