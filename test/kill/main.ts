/**
 * `npm run kill -- --times 500`: kills a real collector that often, at random moments while events flow, and looks at its
 * history after each time; and a twelfth as often each in the middle of forgetting somebody, of retention and of a merge
 * (test/integration/collector/kill*.test.ts, which every run of the tests does a few times).
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { times: { type: "string", default: "500" } } });
if (!/^[1-9]\d*$/.test(values.times)) throw new RangeError(`--times ${values.times}: it should be a number, as in 500`);

const root = join(import.meta.dirname, "..", "..");
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const child = spawn(process.execPath, [vitest, "run", "test/integration/collector/kill"], {
  cwd: root,
  env: { ...process.env, ROLLCALL_KILL_ROUNDS: values.times },
  stdio: "inherit",
});
const [code] = (await once(child, "close")) as [number | null];
process.exitCode = code ?? 1;
