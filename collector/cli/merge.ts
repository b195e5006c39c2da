/** `rollcall merge`: another Rollcall's history beside this one. */
import { Command } from "commander";
import type { Counts } from "../../db/carry/merger.ts";
import { stageFile } from "../../db/carry/stage.ts";
import { dataFolder } from "../../db/settings/data-folder.ts";
import { bringIn, prepareToBringIn } from "./bring-in.ts";
import { plain } from "./plain.ts";
import { progressLine } from "./progress.ts";

export const mergeCommand = new Command("merge")
  .description("take in another Rollcall's history, each fact with its source; the same again adds nothing")
  .argument("<file>", "a bundle, or another Rollcall's rollcall.db")
  .action((file: string) => mergeFile(file));

export async function mergeFile(path: string): Promise<void> {
  const folder = dataFolder();
  prepareToBringIn(folder);
  const checking = progressLine("checking");
  const staged = await stageFile(path, folder, checking.tell).finally(() => checking.end());
  console.log(plain(summaryOf(await bringIn(folder, staged, progressLine("merging")))));
}

/** In one line what was new. */
export function summaryOf(counts: Counts): string {
  const words: [keyof Counts, string][] = [
    ["accounts", "accounts"],
    ["contacts", "contacts"],
    ["coverages", "coverages"],
    ["events", "events"],
    ["profiles", "profile changes"],
    ["sealedDays", "sealed days"],
  ];
  const news = words.flatMap(([key, what]) =>
    counts[key] ? [`${(counts[key] as number).toLocaleString("en")} ${what}`] : [],
  );
  const left = [
    counts.leftOut > 0 ? `${counts.leftOut} contacts left out, as they are forgotten or excluded here` : "",
    counts.refusedDays > 0 ? `${counts.refusedDays} sealed days left out, as there are facts here` : "",
  ].filter((part) => part !== "");
  return [news.length > 0 ? `new: ${news.join(", ")}` : "nothing new", ...left].join("; ");
}
