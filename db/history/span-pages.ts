import type { Span } from "../answers/spans.ts";
import type { Handle } from "../open.ts";
import { firstWatchedMs, spansOf } from "./spans.ts";

/** A page is what happened within so long. */
const PAGE_MS = 92 * 86_400_000;

/**
 * The spans of a range of any length, as `spansOf` gives them, in pages that cost a few milliseconds and little memory
 * each: for whoever shows the first of them, or writes down all. A span cut between two pages is sewn together again;
 * neighbours that say the same may come as one, because a sign-in afresh at the very seam cannot be told from it. Pages
 * may be empty, and each is read when it is asked for. Throws RangeError when fromMs >= toMs.
 */
export async function* spanPagesOf(
  db: Handle,
  contactId: number,
  fromMs: number,
  toMs: number,
): AsyncGenerator<Span[], void> {
  if (fromMs >= toMs) throw new RangeError(`a range must end after it begins: ${fromMs} to ${toMs}`);
  // Nothing is known before the contact was first watched, however long before that the range begins.
  const knownMs = Math.min(toMs, Math.max(fromMs, (await firstWatchedMs(db, contactId)) ?? toMs));
  let held: Span | undefined =
    fromMs < knownMs
      ? { fromMs, toMs: knownMs, status: "unknown", raw: null, startCensored: false, endCensored: false }
      : undefined;
  for (let startMs = knownMs; startMs < toMs; startMs += PAGE_MS) {
    const page = await spansOf(db, contactId, startMs, Math.min(startMs + PAGE_MS, toMs));
    if (held) sewOn(held, page);
    held = page.pop();
    yield page;
  }
  if (held) yield [held];
}

/** Puts what the page before ended with in front of a page. */
function sewOn(held: Span, page: Span[]): void {
  const [first] = page;
  if (first && held.status === first.status && held.raw === first.raw) {
    page[0] = { ...held, toMs: first.toMs, endCensored: first.endCensored };
    return;
  }
  // A change at the very seam is seen by the later page only, and it ends the span before it for certain.
  const isEnded = first && first.status !== "unknown" && !first.startCensored;
  page.unshift(isEnded ? { ...held, endCensored: false } : held);
}
