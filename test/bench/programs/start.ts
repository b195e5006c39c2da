/** Programs of their own, for figures that nothing else in this process spoils; started by a bench and ended by it. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

export type Program = "soak" | "network" | "sign-in" | "accounts" | "flood" | "ingest" | "day" | "export";

/** Starts the program; what it tells first is the answer. Throws Error when it ends without a word. */
export async function startProgram<T>(name: Program, args: readonly string[]): Promise<[ChildProcess, T]> {
  const path = new URL(`${name}.ts`, import.meta.url);
  const child = fork(path, args, { execArgv: ["--expose-gc"] });
  const told = await Promise.race([once(child, "message"), once(child, "exit").then(() => undefined)]);
  if (!told) throw new Error(`${name} ended with ${child.exitCode ?? child.signalCode} and has told nothing`);
  return [child, told[0] as T];
}

/** Runs the program to its end, for what it tells. */
export async function runProgram<T>(name: Program, args: readonly string[]): Promise<T> {
  const [child, told] = await startProgram<T>(name, args);
  await endProgram(child);
  return told;
}

export async function endProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill();
  await ended;
}

/** How much CPU time the network has taken so far. */
export async function cpuMsOf(network: ChildProcess): Promise<number> {
  const answered = once(network, "message");
  network.send("cpu");
  const [{ user, system }] = (await answered) as [NodeJS.CpuUsage];
  return (user + system) / 1000;
}
