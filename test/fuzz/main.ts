/** `node test/fuzz/main.ts NAME [SECONDS]`: lets Jazzer.js look for bytes that break a target. See README.md here. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TARGETS } from "./targets.ts";

const here = import.meta.dirname;

const [name = "", seconds = "60"] = process.argv.slice(2);
const load = Object.hasOwn(TARGETS, name) ? TARGETS[name] : undefined;
if (!load || !/^\d+$/.test(seconds)) {
  process.stderr.write(`usage: node test/fuzz/main.ts NAME [SECONDS]; names: ${Object.keys(TARGETS).join(", ")}\n`);
  process.exit(2);
}
const folder = join(tmpdir(), "rollcall-fuzz", name);
const corpus = join(folder, "corpus");
mkdirSync(corpus, { recursive: true });
const target = await load();
// Waiting for promises that are none takes most of the time.
const sync = target.fuzz.constructor.name === "AsyncFunction" ? [] : ["--sync"];
for (const [n, seed] of target.seeds().entries()) writeFileSync(join(corpus, `seed-${n}`), seed);

const { status } = spawnSync(
  process.execPath,
  [
    ...["--import", join(here, "strip-types.mjs"), jazzer(), join(here, "target.mjs"), corpus],
    ...["--includes", "collector/network/messenger", ...sync, "--"],
    ...[`-max_total_time=${seconds}`, "-max_len=4096", "-timeout=10"],
    ...[`-dict=${join(here, "dictionary.txt")}`, `-artifact_prefix=${folder}/`],
  ],
  { stdio: "inherit", env: { ...process.env, FUZZ_TARGET: name } },
);
process.exit(status ?? 1);

/** Another copy can be named, for systems whose C library is older than the packaged addon wants. */
function jazzer(): string {
  return process.env.JAZZER_CLI ?? join(createRequire(import.meta.url).resolve("@jazzer.js/core"), "..", "cli.js");
}
