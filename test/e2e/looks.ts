/**
 * What only the page itself can tell. These files are checked as Node's, where there is no `document`: hence scripts
 * as text.
 */
import type { Locator, Page } from "playwright-core";

/** By how many pixels the page can be scrolled sideways. */
export async function sidewaysPixels(page: Page): Promise<number> {
  return page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}

/** What a screen reader says of the focused element. */
export async function focusedLabel(page: Page): Promise<string> {
  return page.evaluate<string>("document.activeElement?.getAttribute('aria-label') ?? ''");
}

/** One property of the element's computed style. */
export async function styleOf(element: Locator, property: string): Promise<string> {
  return element.evaluate((one, name) => {
    const { getComputedStyle } = globalThis as unknown as { getComputedStyle: (of: unknown) => Record<string, string> };
    return getComputedStyle(one)[name] ?? "";
  }, property);
}
