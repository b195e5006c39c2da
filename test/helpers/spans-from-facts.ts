/** The plain reading, against which rollups are held. */
import { type Span, spanOf } from "../../db/answers/spans.ts";
import { eachSpanFromFacts } from "../../db/history/spans.ts";
import type { Handle } from "../../db/open.ts";

/** A contact's spans from the facts alone, with the network's own words. */
export function spansFromFacts(db: Handle, contactId: number, fromMs: number, toMs: number): Span[] {
  const spans: Span[] = [];
  eachSpanFromFacts(db, contactId, fromMs, toMs, (...parts) => spans.push(spanOf(...parts)), { withRaw: true });
  return spans;
}
