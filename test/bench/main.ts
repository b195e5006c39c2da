/** `npm run bench -- NAME …`: runs the benchmarks of these names one after the other, or all of them. */

interface Benchmark {
  run(): void | Promise<void>;
}

const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  decode: () => import("./decode.bench.ts"),
  "sign-in": () => import("./sign-in.bench.ts"),
  accounts: () => import("./accounts.bench.ts"),
};

const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : Object.keys(BENCHMARKS)) {
  const load = BENCHMARKS[name];
  if (!load) {
    console.error(`There is no benchmark "${name}"; there are: ${Object.keys(BENCHMARKS).join(", ")}`);
    process.exit(2);
  }
  console.log(`== ${name}`);
  await (await load()).run();
}
