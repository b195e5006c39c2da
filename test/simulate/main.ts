/**
 * `npm run simulate -- --seed S --days D [--faults cut,kill,pause] [--per-day N]`: plays D days in worlds of up to a week each,
 * has the oracle judge every database, and makes a failure smaller until a person can read it. The worlds' own seeds are
 * `S/1`, `S/2` and so on; one of them given as `--seed` plays that world alone.
 */
import { parseArgs } from "node:util";
import {
  drawScript,
  instant,
  type Script,
  scriptInWords,
  TROUBLES,
  type TroubleKind,
  WISHES,
  type WishKind,
} from "./script.ts";
import { shrink } from "./shrink.ts";
import { tryScript } from "./trial.ts";

const WEEK_DAYS = 7;
const SHRINK_MS = 120_000;

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    days: { type: "string", default: "7" },
    faults: { type: "string" },
    "per-day": { type: "string", default: "12" },
    "no-shrink": { type: "boolean", default: false },
  },
});

process.exitCode = await simulate();

async function simulate(): Promise<number> {
  const { seed } = values;
  const days = positive("--days", values.days);
  const perDay = positive("--per-day", values["per-day"]);
  const kinds =
    values.faults === undefined
      ? undefined
      : values.faults
          .split(",")
          .filter((word) => word !== "")
          .map(kindOf);
  say(`seed ${seed}, ${days} days`);
  let failed = 0;
  for (let world = 1, left = days; left > 0; world += 1, left -= WEEK_DAYS) {
    const own = seed.includes("/") || days <= WEEK_DAYS ? seed : `${seed}/${world}`;
    const script = drawScript({
      seed: own,
      days: Math.min(left, WEEK_DAYS),
      perDay,
      ...(kinds ? { kinds } : {}),
    });
    if (await fails(script)) failed += 1;
    else
      say(
        `${own}: ${Math.min(left, WEEK_DAYS)} days, ${script.watchers.join(" and ")}, ${inWords(script)}: nothing to object`,
      );
  }
  say(failed === 0 ? `${days} days simulated, nothing to object` : `${failed} worlds failed`);
  return failed === 0 ? 0 : 1;
}

async function fails(script: Script): Promise<boolean> {
  const findings = await tryScript(script);
  const [first] = findings;
  if (!first) return false;
  say(`${script.seed}: ${findings.length} findings`);
  // A few of each kind: one mistake may be found a thousand times over.
  for (const alike of Map.groupBy(findings, ({ what }) => what).values()) {
    for (const { what, text } of alike.slice(0, 5)) say(`  ${what}: ${text}`);
  }
  if (values["no-shrink"]) return true;
  const small = await shrink({ script, finding: first }, { attempt: tryScript, patienceMs: SHRINK_MS });
  say(`the smallest world that fails so:\n${scriptInWords(small.script)}`);
  say(`wrong at ${instant(small.finding.atMs)}, ${small.finding.what}: ${small.finding.text}`);
  return true;
}

function inWords({ incidents }: Script): string {
  const wishes = incidents.filter(({ kind }) => WISHES.some((wish) => wish === kind));
  return `${incidents.length - wishes.length} troubles, ${wishes.length} wishes`;
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  throw new RangeError(`${option} should be a number above 0, not "${text}"`);
}

function kindOf(word: string): TroubleKind | WishKind {
  const kinds = [...TROUBLES, ...WISHES];
  const kind = kinds.find((one) => one === word);
  if (kind) return kind;
  throw new RangeError(`there is no trouble and no wish called "${word}"; there are ${kinds.join(", ")}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
