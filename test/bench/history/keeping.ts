/** How long the writer is held by what a user wishes of a large history: each step by itself. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { stageFile } from "../../../db/carry/stage.ts";
import { forgetParams } from "../../../db/keep/forget.ts";
import type { Answer } from "../../../db/keep/handler.ts";
import { answerOf, askFor, RequestDesk } from "../../../db/keep/requests.ts";
import { type Handle, openForWriting } from "../../../db/open.ts";
import { makeFolder } from "../../helpers/collector-fixture.ts";
import { quantile } from "../spread.ts";
import type { Filled } from "./asking.ts";
import { count, heading, row } from "./report.ts";

/** Wishes about a copy of the team's history; what is merged is of the same accounts, from elsewhere. */
export async function keeping(team: Filled, other: Filled & { events: number }): Promise<void> {
  using folder = makeFolder();
  const path = join(folder.path, "rollcall.db");
  copyFileSync(team.path, path);
  heading("The writer held by a step (target 50 ms)", "steps", "median", "99 of 100", "at most", "in all");
  const staged = await stageFile(other.path, folder.path);
  const db = openForWriting(path);
  const { toMs } = team.world;
  await tell(`merging ${count(other.events)} events`, db, "merge", { file: staged }, toMs);
  await tell("forgetting somebody", db, "forget", forgetParams(db, 7), toMs);
  await tell("raw events older than a week", db, "retention", { days: 7 }, toMs);
  db.close();
}

async function tell(name: string, db: Handle, kind: string, params: Answer, nowMs: number): Promise<void> {
  let wake = (): void => undefined;
  const desk = new RequestDesk(db, { onReady: () => wake() });
  const id = askFor(db, kind, params, nowMs);
  const held: number[] = [];
  for (let hasMore = true; hasMore || desk.isWaiting; ) {
    const ready = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const beganMs = performance.now();
    hasMore = desk.step(nowMs);
    held.push(performance.now() - beganMs);
    if (desk.isWaiting) await ready;
  }
  const { state, answer } = answerOf(db, id) ?? {};
  if (state !== "done") throw new Error(`${name} was not done: ${JSON.stringify(answer)}`);
  const at = (share: number) => `${quantile(held, share).toFixed(1)} ms`;
  const inAll = held.reduce((sum, ms) => sum + ms, 0);
  row(name, count(held.length), at(0.5), at(0.99), at(1), `${(inAll / 1_000).toFixed(1)} s`);
}
