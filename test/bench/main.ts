/** `npm run bench -- NAME …`: runs the benchmarks of these names one after the other, or all of them. */

import { availableParallelism, loadavg } from "node:os";

interface Benchmark {
  /** `words`: what the command line says besides names, such as `--small`. */
  run(words: readonly string[]): void | Promise<void>;
}

const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  decode: () => import("./decode.bench.ts"),
  "sign-in": () => import("./sign-in.bench.ts"),
  accounts: () => import("./accounts.bench.ts"),
  service: () => import("./service.bench.ts"),
  history: () => import("./history.bench.ts"),
  dashboard: () => import("./dashboard.bench.ts"),
};

const words = process.argv.slice(2).filter((word) => word.startsWith("--"));
const asked = process.argv.slice(2).filter((word) => !word.startsWith("--"));
for (const name of asked.length > 0 ? asked : Object.keys(BENCHMARKS)) {
  const load = BENCHMARKS[name];
  if (!load) {
    console.error(`There is no benchmark "${name}"; there are: ${Object.keys(BENCHMARKS).join(", ")}`);
    process.exit(2);
  }
  console.log(`== ${name}, load ${load1()}`);
  await (await load()).run(words);
  console.log(`   load ${load1()}`);
}

/** How many wanted a core in the last minute: figures of a machine that others use say little without it. */
function load1(): string {
  return `${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores`;
}
