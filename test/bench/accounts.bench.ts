/**
 * 1,000 accounts with 10 contacts each, who are the others among them, signed in at once in one process against the
 * sandbox in another. Each line is of a fresh process.
 */
import type { AccountsAsked, AccountsTold, Open } from "./programs/accounts.ts";
import { endProgram, runProgram, startProgram } from "./programs/start.ts";
import { inSpread } from "./spread.ts";

const ACCOUNTS = 1_000;
const DIALECTS = ["MSNP8", "MSNP15", "MSNP18", undefined];
const RUNS = 3;

export async function run(): Promise<void> {
  const world = JSON.stringify({ kind: "circle", people: ACCOUNTS });
  const [network, { port }] = await startProgram<{ port: number }>("network", [world]);
  try {
    console.log(`${ACCOUNTS} accounts with 10 contacts each, in a fresh process each time, ${RUNS} runs`);
    for (const how of ["session", "client"] as const) {
      for (const dialect of DIALECTS) await measure({ port, accounts: ACCOUNTS, how, ...(dialect && { dialect }) });
    }
  } finally {
    await endProgram(network);
  }
}

async function measure(asked: AccountsAsked): Promise<void> {
  const told: AccountsTold[] = [];
  for (let run = 0; run < RUNS; run++) told.push(await runProgram("accounts", [JSON.stringify(asked)]));
  const each = (bytes: (one: AccountsTold) => number) =>
    inSpread(
      told.map((one) => bytes(one) / ACCOUNTS / 1024),
      1,
    );
  const spoken = new Set(told.flatMap(({ dialects }) => dialects));
  console.log(`${asked.how}, ${asked.dialect ?? `not pinned (${[...spoken].join(", ")})`}`);
  console.log(`  all signed in after   ${inSpread(told.map(({ signInMs }) => signInMs / 1000))} s`);
  console.log(`  this side's CPU time  ${inSpread(told.map(({ cpuMs }) => cpuMs / 1000))} s`);
  console.log(`  each, at rest         ${each(({ idle, rest }) => rest.rss - idle.rss)} KB RSS`);
  console.log(`                        ${each(({ idle, rest }) => rest.heap - idle.heap)} KB heap`);
  console.log(`  each, later           ${each(({ idle, later }) => later.rss - idle.rss)} KB RSS`);
  console.log(`                        ${each(({ idle, later }) => later.heap - idle.heap)} KB heap`);
  console.log(`  left when all are out ${each(({ idle, after }) => after.heap - idle.heap)} KB heap each`);
  for (const what of ["files", "sockets", "timers"] as const)
    console.log(`  open ${what.padEnd(16)} ${opened(told, what)}`);
}

function opened(told: readonly AccountsTold[], what: keyof Open): string {
  const stages = ["idle", "rest", "later", "after"] as const;
  return stages.map((stage) => `${stage} ${[...new Set(told.map((one) => one[stage][what]))].join("/")}`).join(", ");
}
