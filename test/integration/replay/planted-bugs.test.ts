/**
 * Proves that the oracle can fail: mistakes are planted in a copy of the collector, one at a time, and a scenario that
 * is without findings on the code as it is must find each. A patch whose place is gone fails loudly.
 */
import { execFile } from "node:child_process";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { makeFolder } from "../../helpers/collector-fixture.ts";

const ROOT = join(import.meta.dirname, "../../..");
const COPIED = [
  "collector",
  "db",
  "package.json",
  "test/helpers",
  "test/integration/replay",
  "test/fixtures/transcripts",
];

interface Planted {
  bug: string;
  file: string;
  replace: string;
  by: string;
  scenario: string;
  /** What the oracle has to say about it; no other trouble will do. */
  finding: RegExp;
}

const RECORDER = "collector/recorder/account-recorder.ts";
const SESSION = "collector/network/messenger/notification.ts";

const PLANTED: Planted[] = [
  {
    bug: "no barrier: the echo of CHG opens the coverage",
    file: SESSION,
    replace: "this.#confirmedStatus = code;",
    by: 'this.#confirmedStatus = code; this.#tell({ kind: "snapshot-complete" });',
    scenario: "snapshotComesLate",
    finding: /begins at no answer to a ping; the barrier was answered at/,
  },
  {
    bug: "no barrier where the snapshot has no number",
    file: SESSION,
    replace: "this.#confirmedStatus = code;",
    by: 'this.#confirmedStatus = code; this.#tell({ kind: "snapshot-complete" });',
    scenario: "msnp18",
    finding: /begins at no answer to a ping; the barrier was answered at/,
  },
  {
    bug: "whoever goes is somebody else: the network in front of the address of MSNP18 is not taken off",
    file: "collector/network/messenger/presence/line.ts",
    replace: 'return tell(readAddress(token), "FLN",',
    by: 'return tell({ ...readAddress(token), address: token }, "FLN",',
    scenario: "msnp18",
    finding: /bob@example\.com becoming offline \(FLN\) at .* is missing|should be bob@example\.com becoming offline/,
  },
  {
    bug: "the last of the counted rows is not waited for",
    file: "collector/network/messenger/lists/rows.ts",
    replace: "this.#owed.contacts--;",
    by: "this.#owed.contacts -= 2;",
    scenario: "msnp09",
    finding: /dave@example\.com/,
  },
  {
    bug: "state is carried across a gap",
    file: RECORDER,
    replace: "    this.#presence.clear();\n",
    by: "",
    scenario: "cutAndBack",
    finding: /bob@example\.com was offline when it began, or not known, recorded as away \(AWY\)/,
  },
  {
    bug: "the coverage goes on across a gap",
    file: RECORDER,
    replace: "this.#close(coverageEnd(end));",
    by: "coverageEnd(end);",
    scenario: "cutAndBack",
    finding: /goes on for \d+ ms after the last byte|claims time in which|was proved but is not claimed/,
  },
  {
    bug: "the coverage is closed at the time-out instead of the last proof",
    file: RECORDER,
    replace: "const toMs = this.#proof.atMs;",
    by: "const toMs = this.#looked.atMs;",
    scenario: "silentForGood",
    finding: /goes on for \d+ ms after the last byte/,
  },
  {
    bug: "a late byte claims the silence before it",
    file: RECORDER,
    replace: 'else if (this.#proof && atMs - this.#proof.atMs > MAX_SILENCE_MS) this.#doubt("silence", atMs);',
    by: "",
    scenario: "lateByte",
    finding: /spans the silence from .* which no proof bridges/,
  },
  {
    bug: "a wall clock that was set is believed",
    file: RECORDER,
    replace: "Math.abs(driftMs) > MAX_DRIFT_MS || ",
    by: "",
    scenario: "clockSetForward",
    finding: /spans the silence from .* which no proof bridges/,
  },
  {
    bug: "a repeat is recorded as a change",
    file: RECORDER,
    replace: 'isSame(before, presence) ? "said-again" : "change"',
    by: '"change"',
    scenario: "snapshotComesLate",
    finding: /was recorded but never said|recorded as bob@example\.com becoming available/,
  },
  {
    bug: "the network's own word is lost",
    file: RECORDER,
    replace: "const presence: Presence = { address, status, raw };",
    by: "const presence: Presence = { address, status, raw: raw && status };",
    scenario: "snapshotComesLate",
    finding: /should be .* becoming away \(AWY\) at .*, recorded as .* becoming away \(away\)/,
  },
];

for (const planted of PLANTED) {
  test(`the oracle notices: ${planted.bug}`, async () => {
    const { [planted.scenario]: findings = [] } = await runCopy([planted.scenario], planted);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.join("\n")).toMatch(planted.finding);
  });
}

test("the same copy without a mistake has no findings", async () => {
  const scenarios = [...new Set(PLANTED.map((planted) => planted.scenario))];
  expect(await runCopy(scenarios)).toEqual(Object.fromEntries(scenarios.map((scenario) => [scenario, []])));
}, 240_000);

/** The findings of each scenario, in a process of its own. */
async function runCopy(scenarios: readonly string[], planted?: Planted): Promise<Record<string, string[]>> {
  using folder = makeFolder();
  for (const each of COPIED) cpSync(join(ROOT, each), join(folder.path, each), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder.path, "node_modules"));
  if (planted) plant(join(folder.path, planted.file), planted.replace, planted.by);
  const program = join(folder.path, "planted.ts");
  writeFileSync(
    program,
    `import { SCENARIOS } from "./test/integration/replay/scenarios.ts";
    const findings = {};
    for (const scenario of ${JSON.stringify(scenarios)}) findings[scenario] = (await SCENARIOS[scenario]()).findings;
    process.stdout.write(JSON.stringify(findings));`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [program], { cwd: folder.path });
  return JSON.parse(stdout) as Record<string, string[]>;
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
