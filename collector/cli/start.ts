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
import { dropSandboxIfWished } from "../../db/settings/sandbox.ts";
import { systemClock } from "../clock.ts";
import { buildDashboard, Child, DASHBOARD_SERVER, rollcall } from "./children.ts";
import { askedToStop, EXIT, Failure } from "./exit.ts";
import { withSettings } from "./flags.ts";
import { freePort, refuseTakenPort } from "./port.ts";
import { say } from "./say.ts";

/** How soon an account that is added beside the sandbox is noticed. */
const LOOK_MS = 1_000;

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
  dropSandboxIfWished(folder);
  const children: Child[] = [];
  const stopping = new AbortController();
  try {
    process.exitCode = await Promise.race([
      stop.then(() => EXIT.done),
      run(children, { folder, isSandbox, signal: stopping.signal }),
    ]);
  } finally {
    stopping.abort();
    // Last things first, so that the collector signs out of a sandbox that still answers.
    for (const child of children.reverse()) await child.stop();
  }
});

interface Running {
  folder: string;
  isSandbox: boolean;
  /** Aborted when everything is to stop. */
  signal: AbortSignal;
}

/** Resolves with an exit code when there is nothing left to keep running. */
async function run(children: Child[], { folder, isSandbox, signal }: Running): Promise<number> {
  const begin = (name: string, args: string[], onWord?: (word: string) => void): Child => {
    const child = new Child(args, { name, say, ...(onWord ? { onWord } : {}) });
    children.push(child);
    return child;
  };
  const beginning = isSandbox ? collectSandbox(begin) : undefined;
  const own = isSandbox ? undefined : collectOwn(begin);
  const [sandbox] = await Promise.all([beginning, buildDashboard(signal)]);
  const collecting = sandbox ? sandboxThenOwn(sandbox, begin, { folder, signal }) : (own as Child).done;
  const dashboard = begin("dashboard", DASHBOARD_SERVER);
  // Each half goes on without the other; why it ended, it has said.
  const tell = (message: string) => () => signal.aborted || say("warn", message);
  void collecting.then(tell("nothing is recorded any more; the dashboard goes on"));
  void dashboard.done.then(tell("the dashboard is gone; recording goes on"));
  return Math.max(...(await Promise.all([collecting, dashboard.done])));
}

type Begin = (name: string, args: string[], onWord?: (word: string) => void) => Child;

function collectOwn(begin: Begin): Child {
  return begin("collector", rollcall("collect", "--wait"));
}

interface Sandbox {
  server: Child;
  collector: Child;
}

/** The sandbox's server keeps its port when it is started again, so that everyone finds it. */
async function collectSandbox(begin: Begin): Promise<Sandbox> {
  say("info", "no account yet, so this is the sandbox: made-up people on a Messenger server of our own");
  const port = await freePort();
  const server = await new Promise<Child>((resolve, reject) => {
    const child = begin("sandbox", rollcall("sandbox", "--port", String(port)), () => resolve(child));
    void child.done.then((code) => reject(new Failure(code, "the sandbox could not be started")));
  });
  return new Promise((resolve, reject) => {
    const collector = begin("collector", rollcall("collect", "--sandbox", `127.0.0.1:${port}`), () =>
      resolve({ server, collector }),
    );
    void collector.done.then((code) => reject(new Failure(code, "the collector could not be started")));
  });
}

/** Records the sandbox until there is an account of the user's own, and that from then on. Resolves with an exit code. */
async function sandboxThenOwn(
  { server, collector }: Sandbox,
  begin: Begin,
  { folder, signal }: Omit<Running, "isSandbox">,
): Promise<number> {
  const isAdded = await Promise.race([accountAdded(folder, signal), collector.done.then(() => false)]);
  if (!isAdded) return collector.done;
  say("info", "an account has been added: leaving the sandbox");
  await collector.stop();
  await server.stop();
  if (dropSandboxIfWished(folder)) say("info", "the sandbox's history is removed, as wished");
  return signal.aborted ? EXIT.done : collectOwn(begin).done;
}

/** Resolves to true when there is an account in the user's own history, to false when `signal` is aborted before. */
function accountAdded(folder: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const look = setInterval(() => {
      try {
        if (signal.aborted || hasAccount(ownDatabase(folder))) end(!signal.aborted);
      } catch (error) {
        clearInterval(look);
        reject(error);
      }
    }, LOOK_MS);
    const end = (isAdded: boolean) => {
      clearInterval(look);
      resolve(isAdded);
    };
    signal.addEventListener("abort", () => end(false));
  });
}
