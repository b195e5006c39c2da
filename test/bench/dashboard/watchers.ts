/** How soon a change is with a hundred who watch. */
import { setTimeout } from "node:timers/promises";
import type { DashboardProcess } from "../../e2e/dashboard-process.ts";
import { heading, row } from "../history/report.ts";
import { quantile } from "../spread.ts";
import type { LiveTeam } from "./live-team.ts";

const WATCHERS = 100;
const CHANGES = 60;
const EVERY_MS = 300;

export async function watchers(dashboard: DashboardProcess, session: string, team: LiveTeam): Promise<void> {
  const heard = new Map<number, number[]>();
  const stopped = new AbortController();
  const ready = await Promise.all(
    Array.from({ length: WATCHERS }, () =>
      watch(`${dashboard.origin}/api/live?tz=UTC`, session, stopped.signal, heard),
    ),
  );
  const changes: { contactId: number; committedMs: number }[] = [];
  for (let nth = 0; nth < CHANGES; nth++) {
    changes.push(team.change(nth, "busy"));
    await setTimeout(EVERY_MS);
  }
  await setTimeout(2_000);
  stopped.abort();
  await Promise.all(ready.map(({ ended }) => ended));
  const lateMs = changes.flatMap(({ contactId, committedMs }) =>
    (heard.get(contactId) ?? []).map((heardMs) => heardMs - committedMs),
  );
  const missed = CHANGES * WATCHERS - lateMs.length;
  heading(`A change, from the disk to ${WATCHERS} who watch (target 500 ms for 95 of 100)`, "");
  row("median", `${quantile(lateMs, 0.5).toFixed(0)} ms`);
  row("95 of 100 within", `${quantile(lateMs, 0.95).toFixed(0)} ms`);
  row("all within", `${quantile(lateMs, 1).toFixed(0)} ms`);
  if (missed > 0) row("never heard", String(missed));
}

/** Resolves when the whole board is here; from then on notes when each contact's change is. */
async function watch(
  url: string,
  cookie: string,
  signal: AbortSignal,
  heard: Map<number, number[]>,
): Promise<{ ended: Promise<void> }> {
  const answer = await fetch(url, { headers: { Cookie: cookie }, signal });
  if (!answer.body) throw new Error(`${url} was answered with ${answer.status}`);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const next = async (): Promise<string> => {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end !== -1) {
        const event = text.slice(0, end);
        text = text.slice(end + 2);
        return event;
      }
      const { value, done } = await reader.read();
      if (done) throw new Error("the server has ended it");
      text += value;
    }
  };
  while (!(await next()).startsWith('data: {"kind":"board"'));
  const listen = async () => {
    while (!signal.aborted) {
      const event = await next();
      const nowMs = performance.now();
      if (!event.startsWith('data: {"kind":"changes"')) continue;
      const { people } = JSON.parse(event.slice(6)) as { people: { id: number }[] };
      for (const { id } of people) heard.set(id, [...(heard.get(id) ?? []), nowMs]);
    }
  };
  return { ended: listen().catch(() => undefined) };
}
