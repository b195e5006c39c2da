/**
 * The history: taking in, its size, and every question, over ten years of one user (15 million events) and a year of a
 * team (73 million). They are filled once, which takes about an hour, and kept; `-- history --small` makes do with
 * histories of a minute.
 */
import { aboutAll, aboutOne, besideDuckDb, type Filled, growth } from "./history/asking.ts";
import { historyOf, sizeOf } from "./history/cache.ts";
import { exporting } from "./history/exporting.ts";
import { keeping } from "./history/keeping.ts";
import { count, heading, row } from "./history/report.ts";
import { latency, rates } from "./history/taking-in.ts";
import { SMALL_WORLDS, WORLDS } from "./history/world.ts";
import { bytesADay } from "./history/writing.ts";

export async function run(words: readonly string[]): Promise<void> {
  const unknown = words.find((word) => word !== "--small");
  if (unknown !== undefined) {
    // What was meant to be small would fill histories for an hour.
    console.error(`"${unknown}" is nothing that this benchmark knows; it should be --small, or nothing`);
    process.exit(2);
  }
  const isSmall = words.includes("--small");
  const worlds = isSmall ? SMALL_WORLDS : WORLDS;
  const [one, team, tenth] = [worlds.one, worlds.team, worlds["team-tenth"]].map(
    (world): Filled => ({ world, path: historyOf(world) }),
  ) as [Filled, Filled, Filled];

  heading("Size, indexes and rollups included (target 80 bytes an event)", "events", "bytes an event");
  for (const { world, path } of [one, team, tenth]) {
    const { events, bytes } = sizeOf(path);
    row(world.name, count(events), (bytes / events).toFixed(1));
  }
  const other = { path: historyOf(SMALL_WORLDS.one), world: SMALL_WORLDS.one };
  await rates(isSmall ? 50_000 : 300_000, other.path);
  await latency(isSmall ? 5 : 30, 1_000, 2, tenth.path);
  await bytesADay(one);
  await keeping(tenth, { ...other, events: sizeOf(other.path).events });
  await aboutOne([one, team]);
  await aboutAll(team);
  await growth(team, tenth);
  await besideDuckDb(team);
  await exporting(one, 365);
}
