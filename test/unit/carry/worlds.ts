/** Made-up Rollcalls, each a real file written by the real writer, and what their histories read as. */
import { join } from "node:path";
import fc from "fast-check";
import { onTestFinished } from "vitest";
import { bundleOf } from "../../../db/carry/bundle.ts";
import { mergeSteps } from "../../../db/carry/merge.ts";
import type { Counts } from "../../../db/carry/merger.ts";
import { layDown } from "../../../db/carry/stage.ts";
import { type Handle, openForWriting } from "../../../db/open.ts";
import type { Status } from "../../../db/status.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { Story } from "../db/story.ts";

export const NAMES = ["ada", "bo", "cy"] as const;
export type Name = (typeof NAMES)[number];

/** What one Rollcall lived through, in steps of minutes. */
export interface Step {
  minutes: number;
  what: "change" | "reconnect" | "gap" | "leaves" | "profile" | "restart";
  who: Name;
  status: Status;
}

export const anySteps = (maxLength = 12): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record({
      minutes: fc.integer({ min: 0, max: 1_000 }),
      what: fc.constantFrom<Step["what"]>(
        "change",
        "change",
        "change",
        "reconnect",
        "gap",
        "leaves",
        "profile",
        "restart",
      ),
      who: fc.constantFrom(...NAMES),
      status: fc.constantFrom<Status>("busy", "away", "offline", "available"),
    }),
    { minLength: 1, maxLength },
  );

export const START = Date.UTC(2026, 10, 1);

/** Lives through the steps from `startMs` on; what is open at the end stays open unless `isStopped`. */
export function live(story: Story, steps: readonly Step[], startMs = START, isStopped = false): number {
  let atMs = startMs;
  let roster: Name[] = [...NAMES];
  const now = new Map<Name, Status>();
  const open = () => {
    const present = [...now].filter(([name, status]) => status !== "offline" && roster.includes(name));
    story.open(atMs, roster, Object.fromEntries(present));
  };
  story.roster(atMs, ...roster);
  open();
  for (const { minutes, what, who, status } of steps) {
    atMs += minutes * 60_000;
    switch (what) {
      case "change":
        if (!roster.includes(who)) break;
        now.set(who, status);
        story.change(atMs, who, status);
        break;
      case "profile":
        story.tell({ kind: "profile", atMs, address: `${who}@example.com`, field: "name", value: `${who} ${minutes}` });
        break;
      case "leaves":
        story.close(atMs);
        roster = roster.length > 1 ? roster.filter((name) => name !== who) : [...NAMES];
        atMs += 60_000;
        story.roster(atMs, ...roster);
        open();
        break;
      case "restart":
        atMs += 60_000;
        story.startAgain(atMs);
        story.roster(atMs, ...roster);
        open();
        break;
      case "gap":
      case "reconnect":
        story.close(atMs);
        atMs += what === "gap" ? 7_200_000 : 1;
        open();
        break;
    }
  }
  atMs += 60_000;
  if (isStopped) story.close(atMs, "stopped");
  else story.prove(atMs);
  return atMs;
}

/** A Rollcall whose disk nobody waits for: what is tested here is not how it lasts. */
export function quickStory(): Story {
  const story = new Story(0);
  story.db.pragma("synchronous = OFF");
  return story;
}

export function textOf(db: Handle): string {
  return [...bundleOf(db)].join("");
}

export async function merge(into: Handle, text: string, folder = tempFolder()): Promise<Counts> {
  const path = await layDown(folder, [text]);
  const steps = mergeSteps(into, path);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

export function emptyHistory(): Handle {
  const db = openForWriting(join(tempFolder(), "rollcall.db"));
  db.pragma("synchronous = OFF");
  onTestFinished(() => void db.close());
  return db;
}

/** Every fact that a merge may touch, as it stands. */
export function facts(db: Handle): unknown[] {
  return [
    "source",
    "account",
    "contact",
    "run",
    "coverage",
    "watch",
    "event",
    "profile",
    "contact_day",
    "person_link",
  ].map((table) => db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all());
}
