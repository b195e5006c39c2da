/** `rollcall start`: collector and dashboard together; with no account yet, the sandbox too. */
import { Command } from "commander";
import { lockDataFolder } from "../../db/lock.ts";
import { readerOrNothing } from "../../db/open.ts";
import {
  chooseDatabase,
  dataFolder,
  hasAccount,
  ownDatabase,
  prepareDataFolder,
} from "../../db/settings/data-folder.ts";
import { systemClock } from "../clock.ts";
import { buildDashboard, Child, DASHBOARD_SERVER, rollcall } from "./children.ts";
import { askedToStop, EXIT, Failure } from "./exit.ts";
import { withSettings } from "./flags.ts";
import { freePort, refuseTakenPort } from "./port.ts";
import { say } from "./say.ts";

export const startCommand = withSettings(
  new Command("start").description("record and serve the dashboard; with no account yet, look at the sandbox"),
  "dashboard.host",
  "dashboard.port",
  "collector.health_port",
  "log.level",
  "log.format",
).action(async () => {
  const stop = askedToStop();
  const folder = dataFolder();
  prepareDataFolder(folder);
  // What would end in a refusal is better said before anything is built or recorded.
  lockDataFolder(folder, systemClock.nowMs()).release();
  // This also refuses a database from a newer version before anything is started.
  const isSandbox = !hasAccount(ownDatabase(folder));
  if (isSandbox) readerOrNothing(chooseDatabase(folder).path, { anyAge: true })?.close();
  await refuseTakenPort(folder);
  const children: Child[] = [];
  const stopping = new AbortController();
  try {
    process.exitCode = await Promise.race([stop.then(() => EXIT.done), run(children, isSandbox, stopping.signal)]);
  } finally {
    stopping.abort();
    // Last things first, so that the collector signs out of a sandbox that still answers.
    for (const child of children.reverse()) await child.stop();
  }
});

/** Resolves with an exit code when there is nothing left to keep running. */
async function run(children: Child[], isSandbox: boolean, signal: AbortSignal): Promise<number> {
  const begin = (name: string, args: string[], onWord?: (word: string) => void): Child => {
    const child = new Child(args, { name, say, ...(onWord ? { onWord } : {}) });
    children.push(child);
    return child;
  };
  const collecting = isSandbox ? collectSandbox(begin) : collectOwn(begin);
  const [collector] = await Promise.all([collecting, buildDashboard(signal)]);
  const dashboard = begin("dashboard", DASHBOARD_SERVER);
  // Each half goes on without the other; why it ended, it has said.
  const tell = (message: string) => () => signal.aborted || say("warn", message);
  void collector.done.then(tell("nothing is recorded any more; the dashboard goes on"));
  void dashboard.done.then(tell("the dashboard is gone; recording goes on"));
  return Math.max(...(await Promise.all([collector.done, dashboard.done])));
}

type Begin = (name: string, args: string[], onWord?: (word: string) => void) => Child;

async function collectOwn(begin: Begin): Promise<Child> {
  return begin("collector", rollcall("collect", "--wait"));
}

/** The sandbox's server keeps its port when it is started again, so that everyone finds it. */
async function collectSandbox(begin: Begin): Promise<Child> {
  say("info", "no account yet, so this is the sandbox: made-up people on a Messenger server of our own");
  const port = await freePort();
  await new Promise<void>((resolve, reject) => {
    const server = begin("sandbox", rollcall("sandbox", "--port", String(port)), () => resolve());
    void server.done.then((code) => reject(new Failure(code, "the sandbox could not be started")));
  });
  return new Promise((resolve, reject) => {
    const collector = begin("collector", rollcall("collect", "--sandbox", `127.0.0.1:${port}`), () =>
      resolve(collector),
    );
    void collector.done.then((code) => reject(new Failure(code, "the collector could not be started")));
  });
}
