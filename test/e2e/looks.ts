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

/** The largest number of pixels left open between two pieces of a strip that follow each other; 0 where all touch. */
export async function widestSlit(strip: Locator): Promise<number> {
  return strip.evaluate((one) => {
    interface Box {
      getBoundingClientRect: () => { left: number; right: number };
    }
    const { querySelectorAll } = one as unknown as { querySelectorAll: (of: string) => Iterable<Box> };
    const boxes = [...querySelectorAll.call(one, "[data-status]")].map((piece) => piece.getBoundingClientRect());
    const slits = boxes.slice(1).map(({ left }, index) => Math.round(left) - Math.round(boxes[index]?.right ?? 0));
    return Math.max(0, ...slits);
  });
}

/** One property of the element's computed style. */
export async function styleOf(element: Locator, property: string): Promise<string> {
  return element.evaluate((one, name) => {
    const { getComputedStyle } = globalThis as unknown as { getComputedStyle: (of: unknown) => Record<string, string> };
    return getComputedStyle(one)[name] ?? "";
  }, property);
}
