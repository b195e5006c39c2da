/**
 * Proves that the simulation's oracle can fail: mistakes are planted in a copy of the code, one at a time, and a world
 * that is without findings on the code as it is must find each. A patch whose place is gone fails loudly.
 */
import { execFile } from "node:child_process";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { makeFolder } from "../../helpers/collector-fixture.ts";

const ROOT = join(import.meta.dirname, "../../..");
const COPIED = ["collector", "db", "package.json", "test/simulate"];

interface Planted {
  bug: string;
  file: string;
  /** Each place, and what stands there instead. */
  patches: readonly (readonly [replace: string, by: string])[];
  /** What has to go wrong in the world for it to show. */
  faults: string;
  seed?: string;
  days?: number;
  /** What the oracle has to say about it; no other trouble will do. */
  finding: RegExp;
}

const RECORDER = "collector/recorder/account-recorder.ts";

const PLANTED: Planted[] = [
  {
    bug: "no barrier: the echo of the first status opens the coverage",
    file: "collector/network/messenger/notification.ts",
    patches: [
      ["this.#confirmedStatus = code;", 'this.#confirmedStatus = code; this.#tell({ kind: "snapshot-complete" });'],
    ],
    faults: "pieces,cut,restart",
    finding: /overclaim: .* begins at no answer to a ping/,
  },
  {
    bug: "state is carried across a gap",
    file: RECORDER,
    patches: [["    this.#presence.clear();\n", ""]],
    faults: "unplugged,server-restart",
    finding: /wrong-status: /,
  },
  {
    bug: "a coverage ends when the silence was noticed, not at the last proof",
    file: RECORDER,
    patches: [["const toMs = this.#proof.atMs;", "const toMs = this.#looked.atMs;"]],
    faults: "half-open,silence",
    finding: /overclaim: .* goes on for \d+ ms after the last byte/,
  },
  {
    bug: "a late byte claims the silence before it",
    file: RECORDER,
    patches: [['else if (this.#proof && atMs - this.#proof.atMs > MAX_SILENCE_MS) this.#doubt("silence", atMs);', ""]],
    faults: "stall",
    finding: /overclaim: .* spans the silence from/,
  },
  {
    bug: "a clock that goes back is believed",
    file: RECORDER,
    patches: [
      ["Math.abs(driftMs) > MAX_DRIFT_MS || atMs < this.#floorMs", "Math.abs(driftMs) > MAX_DRIFT_MS"],
      ["this.#isSnapshotComplete && nowMs >= this.#floorMs", "this.#isSnapshotComplete"],
      ["if (this.#proof || atMs < this.#floorMs) return;", "if (this.#proof) return;"],
    ],
    faults: "clock",
    finding: /overclaim: .* begins before the end of .* which came first/,
  },
  {
    bug: "somebody added is taken for offline",
    file: RECORDER,
    patches: [
      [
        "this.#roster.add(observation.contact.address);",
        'this.#roster.add(observation.contact.address); this.#hear({ ...observation, kind: "presence", address: observation.contact.address, status: "offline", raw: "" });',
      ],
    ],
    faults: "remove",
    finding: /wrong-status: .* with status 0 .* but was (?!FLN)/,
  },
  {
    bug: "sums are off by one quarter-hour",
    file: "db/rollup/quarters.ts",
    patches: [
      ["const i = code * QUARTERS + quarter;", "const i = code * QUARTERS + Math.min(quarter + 1, QUARTERS - 1);"],
    ],
    faults: "",
    finding: /rollup: .* sums up to/,
  },
  {
    bug: "where two Rollcalls recorded at once, whoever began first answers",
    file: "db/answers/claims.ts",
    patches: [
      [
        "knot.toSorted((a, b) => a.priority - b.priority || a.fromMs - b.fromMs)",
        "knot.toSorted((a, b) => a.fromMs - b.fromMs)",
      ],
    ],
    faults: "cut",
    finding: /reader: with another source merged in: spansOf/,
  },
  {
    bug: "a merge mixes sources: what another Rollcall watched is taken for watched here",
    file: "db/carry/merger.ts",
    patches: [["return sourceId === this.#ownSourceId ? null : sourceId;", "return null;"]],
    faults: "merge,pause,cut",
    finding: /merge: ".* watched .*" until .* was not merged in/,
  },
  {
    bug: "what looking cut off is told as ended",
    file: "db/answers/spans.ts",
    patches: [
      [
        "visit(fromMs, answer.toMs, code, startFlag | END_CENSORED, raw);",
        "visit(fromMs, answer.toMs, code, startFlag, raw);",
      ],
    ],
    faults: "cut",
    finding: /reader: spansOf.* should be \d .* at least, is/,
  },
  {
    bug: "a pause records",
    file: "db/record/left-out.ts",
    patches: [["return this.#paused.has(contactId) || atMs <", "return atMs <"]],
    faults: "pause,cut",
    finding: /against-wish: .* is recorded from .* although it should not be since/,
  },
  {
    bug: "a purge takes the word that still speaks, and changes the sums of the day behind it",
    file: "db/keep/retention.ts",
    patches: [["const stays = kept.get(contactId) ?? new Set();", "const stays = new Set<number>();"]],
    faults: "retention,cut",
    days: 4,
    finding: /totals: the day .* after a rebuild: should be/,
  },
  {
    bug: "the sums still count who was forgotten",
    file: "db/keep/forget.ts",
    patches: [["  sums.takeTimeline(day, timeline);\n", ""]],
    faults: "forget,cut",
    days: 4,
    finding: /rollup: status \d in the quarter-hour from .* sums up to/,
  },
  {
    bug: "what is deleted stays in the file",
    file: "db/open.ts",
    patches: [['db.pragma("secure_delete = ON");', 'db.pragma("secure_delete = OFF");']],
    faults: "forget,cut",
    days: 4,
    finding: /against-wish: .* was forgotten, but the file still holds the address/,
  },
];

/** The same worlds, each once. */
const WORLDS = [...new Map(PLANTED.map(({ faults, days }) => [faults, days ? { faults, days } : { faults }])).values()];

/** What the simulation said, by bug; without a mistake, by faults. */
const said = new Map<string, string>();

beforeAll(async () => {
  const runs = [...PLANTED, ...WORLDS.map((world) => ({ bug: `none, ${world.faults}`, ...world }))];
  // Two processes at a time.
  const work = async (): Promise<void> => {
    for (let run = runs.shift(); run; run = runs.shift()) said.set(run.bug, await runPlanted(run));
  };
  await Promise.all([work(), work()]);
}, 1_800_000);

for (const { bug, finding } of PLANTED) {
  test(`the simulation notices: ${bug}`, () => {
    expect(said.get(bug)).toMatch(finding);
  });
}

test("the same worlds without a mistake have no findings", () => {
  for (const { faults } of WORLDS) expect(said.get(`none, ${faults}`), faults).toMatch(/nothing to object\n$/);
});

test("a failure is made small enough to be read: hours, one person and few troubles", {
  timeout: 300_000,
}, async () => {
  const planted = PLANTED.find(({ bug }) => bug === "a pause records") as Planted;
  const text = await runPlanted({ ...planted, faults: "pause,cut,remove,kill", isShrunk: true });
  const small = text.slice(text.indexOf("the smallest world that fails so:")).trimEnd().split("\n");
  const days = Number(/: ([\d.]+) days from/.exec(small[1] ?? "")?.[1]);
  expect(days, text).toBeLessThan(0.5);
  expect(small[2], text).toMatch(/^people: [^,]+$/);
  const incidents = small.slice(3, -2);
  // Two of thirty, where there is time for all attempts.
  expect(incidents.length, text).toBeLessThanOrEqual(4);
  expect(incidents.join("\n")).toMatch(/Z {2}pause, account 0, person /);
  expect(small.at(-2)).toMatch(/^wrong at .*Z, against-wish: /);
});

/** What the simulation says. */
async function runPlanted({
  file,
  patches = [],
  faults,
  seed = "planted",
  days = 2,
  isShrunk = false,
}: Partial<Planted> & Pick<Planted, "faults"> & { isShrunk?: boolean }) {
  using folder = makeFolder();
  for (const each of COPIED) cpSync(join(ROOT, each), join(folder.path, each), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder.path, "node_modules"));
  for (const [replace, by] of patches) plant(join(folder.path, file ?? ""), replace, by);
  const args = [
    "test/simulate/main.ts",
    ...(isShrunk ? [] : ["--no-shrink"]),
    "--seed",
    seed,
    "--days",
    String(days),
    "--per-day",
    "20",
    "--faults",
    faults,
  ];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder.path });
    return stdout;
  } catch (error) {
    const { code, stdout } = error as { code?: number; stdout?: string };
    if (code === 1 && stdout) return stdout;
    throw error;
  }
}

function plant(path: string, replace: string, by: string): void {
  const source = readFileSync(path, "utf8");
  const count = source.split(replace).length - 1;
  if (count !== 1) throw new Error(`the place for this mistake was found ${count} times in ${path}: ${replace}`);
  writeFileSync(
    path,
    source.replace(replace, () => by),
  );
}
