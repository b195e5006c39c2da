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
    bug: "a merge mixes sources: whoever began first answers",
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
];

const FAULTS = [...new Set(PLANTED.map((planted) => planted.faults))];

/** What the simulation said, by bug; without a mistake, by faults. */
const said = new Map<string, string>();

beforeAll(async () => {
  const runs = [...PLANTED, ...FAULTS.map((faults) => ({ bug: `none, ${faults}`, faults }))];
  // Two processes at a time.
  const work = async (): Promise<void> => {
    for (let run = runs.shift(); run; run = runs.shift()) said.set(run.bug, await runPlanted(run));
  };
  await Promise.all([work(), work()]);
}, 600_000);

for (const { bug, finding } of PLANTED) {
  test(`the simulation notices: ${bug}`, () => {
    expect(said.get(bug)).toMatch(finding);
  });
}

test("the same worlds without a mistake have no findings", () => {
  for (const faults of FAULTS) expect(said.get(`none, ${faults}`), faults).toMatch(/nothing to object\n$/);
});

/** What the simulation says. */
async function runPlanted({
  file,
  patches = [],
  faults,
  seed = "planted",
}: Partial<Planted> & Pick<Planted, "faults">) {
  using folder = makeFolder();
  for (const each of COPIED) cpSync(join(ROOT, each), join(folder.path, each), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder.path, "node_modules"));
  for (const [replace, by] of patches) plant(join(folder.path, file ?? ""), replace, by);
  const args = [
    "test/simulate/main.ts",
    "--no-shrink",
    "--seed",
    seed,
    "--days",
    "2",
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
