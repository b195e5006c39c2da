/**
 * A simulated year in one process, with nothing left out but sockets: `node --expose-gc soak.ts ASKED`, in JSON. The real
 * collector, its writer's thread and a real file; a Messenger server of few words on a virtual line, which breaks, falls
 * silent, sends everybody away and loses its clock. What the process holds is looked at every few days.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HttpFailure } from "../../../collector/network/messenger/net/http.ts";
import type { Link, LinkEvents } from "../../../collector/network/messenger/net/link.ts";
import { messengerNetwork } from "../../../collector/network/messenger.ts";
import { type Chance, chanceFor } from "../../../collector/sandbox/chance.ts";
import { VirtualClock } from "../../../collector/sandbox/virtual-clock.ts";
import { VirtualNetwork } from "../../../collector/sandbox/virtual-link.ts";
import { Collector } from "../../../collector/supervise/collector.ts";
import { openForReading, openForWriting } from "../../../db/open.ts";
import { putAccount } from "../../../db/settings/accounts.ts";
import { sealPassword } from "../../../db/settings/sealing.ts";
import { heldAtRest } from "./memory.ts";

export interface SoakAsked {
  days: number;
  contacts: number;
  /** How often a day each contact changes. */
  changesADay: number;
  /** How many days lie between two looks. */
  lookDays: number;
}

export interface Look {
  day: number;
  /** Bytes at rest. */
  heap: number;
  rss: number;
  files: number;
  timers: number;
}

export interface SoakTold {
  looks: Look[];
  changes: number;
  events: number;
  coverages: number;
  endReasons: Record<string, number>;
  rejections: number;
  databaseBytes: number;
  seconds: number;
}

const START_MS = Date.UTC(2026, 2, 1);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WORDS = ["NLN", "BSY", "AWY", "IDL", "BRB", "PHN", "LUN"];
/** In the time of the year: a batch each, or a disk in real time could not keep up with it. */
const BATCH_MS = 600_000;
/** Further ahead of what is on the disk the year does not go, unless nothing comes for as long as a second. */
const AHEAD_MS = 3 * BATCH_MS;
const PATIENCE_MS = 1_000;

const asked = JSON.parse(process.argv[2] ?? "{}") as SoakAsked;
let rejections = 0;
process.on("unhandledRejection", () => rejections++);
process.on("disconnect", () => process.exit());

/** Signs anybody in, tells the list, and whatever `say` tells it to. */
class FewWords {
  #link: Link | undefined;

  say(line: string): void {
    this.#link?.write(Buffer.from(`${line}\r\n`));
  }

  acceptDispatch = (link: Link): LinkEvents => {
    let rest = "";
    return {
      connected: () => undefined,
      closed: () => {
        if (this.#link === link) this.#link = undefined;
      },
      data: (bytes) => {
        const lines = (rest + Buffer.from(bytes).toString()).split("\r\n");
        rest = lines.pop() ?? "";
        for (const line of lines)
          for (const answer of this.#answers(link, line)) link.write(Buffer.from(`${answer}\r\n`));
      },
    };
  };
  acceptNotification = this.acceptDispatch;
  acceptSwitchboard = this.acceptDispatch;

  #answers(link: Link, line: string): string[] {
    const [verb, trId = "", ...params] = line.split(" ");
    switch (verb) {
      case "VER":
        return [`VER ${trId} MSNP7`];
      case "INF":
        return [`INF ${trId} MD5`];
      case "USR":
        return [params[1] === "I" ? `USR ${trId} MD5 S 1.1` : `USR ${trId} OK me@example.com Me 1`];
      case "SYN":
        return [
          `SYN ${trId} 1`,
          `GTC ${trId} 1 A`,
          `BLP ${trId} 1 AL`,
          `LSG ${trId} 1 1 1 0 Other%20Contacts 0`,
          ...addresses.map((address, at) => `LST ${trId} FL 1 ${at + 1} ${addresses.length} ${address} ${address} 0`),
          ...["AL", "BL", "RL"].map((list) => `LST ${trId} ${list} 1 0 0`),
        ];
      case "CHG":
        this.#link = link;
        return [
          line,
          ...addresses.filter((_, at) => at % 3 > 0).map((address) => `ILN ${trId} NLN ${address} ${address}`),
        ];
      case "PNG":
        return ["QNG"];
      case "OUT":
        link.end();
        return [];
      default:
        return [];
    }
  }
}

const addresses = Array.from({ length: asked.contacts }, (_, at) => `contact${at}@example.com`);
const folder = mkdtempSync(join(tmpdir(), "rollcall-soak-"));
try {
  process.send?.(await soak());
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.disconnect?.();

async function soak(): Promise<SoakTold> {
  const startedMs = performance.now();
  const databasePath = join(folder, "rollcall.db");
  const clock = new VirtualClock(START_MS);
  const server = new FewWords();
  const network = new VirtualNetwork(clock, server);
  await addAccount(databasePath);
  const noWeb = () => Promise.reject(new HttpFailure("there is no web"));
  let committedMs = START_MS;
  const collector = await Collector.start({
    folder,
    databasePath,
    clock,
    networks: { messenger: messengerNetwork({ dial: network.dial, http: () => noWeb }) },
    version: "soak",
    say: () => undefined,
    isOffline: () => false,
    batchMs: BATCH_MS,
    onCommitted: (facts) => {
      for (const fact of facts) if ("atMs" in fact) committedMs = Math.max(committedMs, fact.atMs);
    },
  });
  let changes = 0;
  const chance = chanceFor("soak");
  everySoOften(clock, DAY_MS / (asked.contacts * asked.changesADay), () => {
    const address = chance.pick(addresses);
    const word = WORDS[changes++ % WORDS.length];
    server.say(chance.isLuckyAt(0.25) ? `FLN ${address}` : `NLN ${word} ${address} ${address}`);
  });
  everySoOften(clock, 5 * HOUR_MS, () => trouble(clock, network, server, chance));
  const looks: Look[] = [];
  const look = async (day: number) => {
    const { heap, rss } = await heldAtRest();
    const timers = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    looks.push({ day, heap, rss, files: readdirSync("/proc/self/fd").length, timers });
  };
  for (let day = asked.lookDays; day <= asked.days; day += asked.lookDays) {
    await clock.run(START_MS + day * DAY_MS, {
      // A year in minutes: the disk is waited for, or what waits for it would be all that grows.
      async onPause() {
        const untilMs = performance.now() + PATIENCE_MS;
        while (clock.nowMs() - committedMs > AHEAD_MS && performance.now() < untilMs) await sleep(1);
        // An outage: there is nothing to wait for.
        committedMs = Math.max(committedMs, clock.nowMs() - AHEAD_MS);
      },
    });
    await look(day);
  }
  const stopped = collector.stop("stopped");
  await clock.run(START_MS + asked.days * DAY_MS + 60_000);
  await stopped;
  return { looks, changes, rejections, ...found(databasePath), seconds: (performance.now() - startedMs) / 1000 };
}

/** One of the things that happen to lines, servers and clocks. */
function trouble(clock: VirtualClock, network: VirtualNetwork, server: FewWords, chance: Chance): void {
  const minutes = Math.ceil(chance.between(0, 20));
  switch (Math.floor(chance.between(0, 4))) {
    case 0:
      network.takeAway();
      return void clock.after(minutes * 60_000, () => network.bringBack());
    case 1:
      network.goSilent();
      return void clock.after(minutes * 60_000, () => network.bringBack());
    case 2:
      return server.say("OUT SSD");
    default:
      clock.jump(3_000);
  }
}

function everySoOften(clock: VirtualClock, everyMs: number, run: () => void): void {
  const again = () => {
    run();
    clock.after(everyMs, again);
  };
  clock.after(everyMs, again);
}

async function addAccount(path: string): Promise<void> {
  const db = openForWriting(path);
  const account = { network: "messenger", address: "me@example.com", host: "127.0.0.1", port: 1863, options: {} };
  putAccount(db, account, await sealPassword(db, folder, "secret"), START_MS);
  db.close();
}

function found(path: string): Pick<SoakTold, "events" | "coverages" | "endReasons" | "databaseBytes"> {
  const db = openForReading(path);
  try {
    const count = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
    const reasons = db.prepare("SELECT end_reason AS why, count(*) AS n FROM coverage GROUP BY 1").all();
    return {
      events: count("event"),
      coverages: count("coverage"),
      endReasons: Object.fromEntries((reasons as { why: string; n: number }[]).map(({ why, n }) => [why, n])),
      databaseBytes: statSync(path).size,
    };
  } finally {
    db.close();
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
