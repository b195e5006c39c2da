/** What this process holds, in bytes. */
import { getHeapStatistics } from "node:v8";

export interface Held {
  /** What the system says it takes. */
  rss: number;
  /** JavaScript's objects, and what they hold outside of the heap. */
  heap: number;
}

/** With whatever garbage there is. */
export function heldBytes(): Held {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return { rss: process.memoryUsage.rss(), heap: used_heap_size + external_memory };
}

/** Without garbage. Needs `--expose-gc`. */
export async function heldAtRest(): Promise<Held> {
  for (let round = 0; round < 5; round++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    // As if memory were short: else the engine keeps what it has for later.
    globalThis.gc?.({ type: "major", flavor: "last-resort" } as never);
  }
  return heldBytes();
}
