/** Lets the process do something else between two pages. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
