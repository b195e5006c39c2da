/**
 * Plays a script: the sandbox server, people with their routines and the collector on its machine live on one virtual
 * clock and speak the real protocol. Everything below the collector's clock, line and disk is the code that records
 * live, and the database is a real file.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { LinkEvents } from "../../collector/network/messenger/net/link.ts";
import { messengerNetwork } from "../../collector/network/messenger.ts";
import type { Network } from "../../collector/network/network.ts";
import { chanceFor } from "../../collector/sandbox/chance.ts";
import { runPeople } from "../../collector/sandbox/live.ts";
import { PEOPLE, sandboxAccounts } from "../../collector/sandbox/people.ts";
import { SandboxServer } from "../../collector/sandbox/server.ts";
import { VirtualClock } from "../../collector/sandbox/virtual-clock.ts";
import { VirtualNetwork } from "../../collector/sandbox/virtual-link.ts";
import { Collector } from "../../collector/supervise/collector.ts";
import { stageFile } from "../../db/carry/stage.ts";
import { openForWriting } from "../../db/open.ts";
import { putAccount } from "../../db/settings/accounts.ts";
import { sealPassword } from "../../db/settings/sealing.ts";
import { Cable, CROSSING_MS, type Uplink } from "./cable.ts";
import { type Disk, writerOn } from "./disk.ts";
import { type Complaint, Keeper, type SealedDay } from "./keeper.ts";
import { Machine, type Process } from "./machine.ts";
import type { Row } from "./rows.ts";
import type { Incident, Script } from "./script.ts";
import { Truths } from "./truth.ts";
import { type Asked, Wishes, type WishNote } from "./wishes.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const PASSWORD = "secret";

/** One attempt of an account to be signed in. True instants. */
export interface SessionNote {
  account: number;
  /** Which life of the collector, from 0. */
  life: number;
  openedMs: number;
}

/** When something was wrong, which excuses what is not recorded. True instants. */
export interface Excuse {
  what: Incident["kind"] | "down" | "stopped";
  /** Missing: of the whole machine. */
  account?: number;
  fromMs: number;
  toMs: number;
}

export interface WatchedAccount {
  address: string;
  dialect: string;
  cable: Cable;
}

/** All that the world knows when it is over. */
export interface WorldNotes {
  script: Script;
  databasePath: string;
  accounts: readonly WatchedAccount[];
  truths: Truths;
  sessions: readonly SessionNote[];
  excuses: readonly Excuse[];
  /** What went wrong that never should: the collector crashed, or would not stop; facts were lost or changed. */
  mishaps: readonly Complaint[];
  wishes: readonly WishNote[];
  /** Every event that was ever recorded, but for those of people who were forgotten. */
  events: readonly Row[];
  sealed: readonly SealedDay[];
  /** The other Rollcall, where one was merged in, and copies of its database as they were then. */
  another?: { notes: WorldNotes; states: readonly string[] };
}

/** Plays the script in `folder`, which should be empty, and returns what the world knows of it. */
export async function playScript(script: Script, folder: string): Promise<WorldNotes> {
  const merges = script.incidents.filter(({ kind }) => kind === "merge").map(({ atMs }) => atMs);
  if (merges.length === 0) {
    const world = new World(script, folder, []);
    await world.play();
    return world.notes();
  }
  // In the same world, as far as it does not concern one Rollcall and its machine alone.
  const shared = script.incidents.filter(({ kind }) => SHARED.has(kind));
  const incidents = [...shared, ...script.another].toSorted((a, b) => a.atMs - b.atMs);
  const elsewhere = join(folder, "another");
  mkdirSync(elsewhere);
  const another = new World({ ...script, incidents, another: [] }, elsewhere, []);
  const carried: Carried[] = [];
  for (const atMs of merges)
    another.at(atMs, async () => void carried.push(await another.carry(carried.length, folder)));
  await another.play();
  const world = new World(script, folder, carried);
  await world.play();
  return { ...world.notes(), another: { notes: another.notes(), states: carried.map(({ state }) => state) } };
}

const SHARED: ReadonlySet<Incident["kind"]> = new Set(["server-restart", "remove", "block"]);

/** The other Rollcall as it was at some time: a copy of its database, and the same as it is merged. */
interface Carried {
  state: string;
  file: string;
}

interface Action {
  atMs: number;
  act: () => void | Promise<void>;
}

class World {
  readonly #script: Script;
  readonly #folder: string;
  readonly #clock: VirtualClock;
  readonly #server: SandboxServer;
  readonly #network: VirtualNetwork;
  readonly #machine: Machine;
  readonly #uplink: Uplink = { is: "up" };
  readonly #disk: Disk = { delayMs: 1, refuses: false, keepsBatch: false };
  readonly #accounts: WatchedAccount[];
  readonly #truths: Truths;
  readonly #wishes: Wishes;
  readonly #keeper: Keeper;
  readonly #carried: readonly Carried[];
  readonly #chance: ReturnType<typeof chanceFor>;
  readonly #sessions: SessionNote[] = [];
  readonly #excuses: Excuse[] = [];
  readonly #mishaps: Complaint[] = [];
  readonly #actions: Action[] = [];
  #life = -1;
  #merges = 0;
  #process: Process | undefined;
  #collector: Collector | undefined;
  #downSinceMs: number;

  constructor(script: Script, folder: string, carried: readonly Carried[]) {
    this.#script = script;
    this.#folder = folder;
    this.#carried = carried;
    this.#clock = new VirtualClock(script.fromMs);
    this.#downSinceMs = script.fromMs;
    this.#chance = chanceFor("world", script.seed);
    const watchers = script.watchers.map((_, index) => ({ address: watcherAddress(index), password: PASSWORD }));
    const people = PEOPLE.filter(({ address }) => script.people.includes(address));
    this.#server = new SandboxServer({
      clock: this.#clock,
      accounts: sandboxAccounts(people, watchers, script.fromMs),
    });
    this.#truths = new Truths(
      this.#clock,
      this.#server,
      watchers.map(({ address }) => address),
    );
    const watched = (accept: LinkEvents): LinkEvents => this.#lookingOn(accept);
    this.#network = new VirtualNetwork(
      this.#clock,
      {
        acceptDispatch: (link, endpoints) => watched(this.#server.acceptDispatch(link, endpoints)),
        acceptNotification: (link, endpoints) => watched(this.#server.acceptNotification(link, endpoints)),
        acceptSwitchboard: (link, endpoints) => watched(this.#server.acceptSwitchboard(link, endpoints)),
      },
      CROSSING_MS,
    );
    this.#machine = new Machine(this.#clock);
    const http = this.#network.http(this.#server);
    const parts = { dial: this.#network.dial, http, uplink: this.#uplink };
    this.#accounts = watchers.map(({ address }, index) => ({
      address,
      dialect: script.watchers[index] ?? "MSNP7",
      cable: new Cable(this.#clock, parts),
    }));
    this.#wishes = new Wishes(this.#databasePath);
    this.#keeper = new Keeper(this.#databasePath, () => this.#clock.nowMs(), this.#wishes);
  }

  notes(): WorldNotes {
    return {
      script: this.#script,
      databasePath: this.#databasePath,
      accounts: this.#accounts,
      truths: this.#truths,
      sessions: this.#sessions,
      excuses: this.#excuses,
      mishaps: [...this.#mishaps, ...this.#keeper.complaints],
      wishes: this.#wishes.notes,
      events: this.#keeper.events,
      sealed: [...this.#keeper.sealed.values()],
    };
  }

  async play(): Promise<void> {
    const script = this.#script;
    await this.#putAccounts();
    const people = PEOPLE.filter(({ address }) => script.people.includes(address));
    const { dial, endpoint } = this.#network;
    const running = runPeople({ server: endpoint, clock: this.#clock, dial, seed: script.seed, lively: false, people });
    this.#truths.look();
    this.at(script.fromMs + 5_000, () => this.#start());
    for (const incident of script.incidents) this.at(incident.atMs, () => this.#befall(incident));
    for (let next = this.#actions[0]; next && next.atMs < script.toMs; next = this.#actions[0]) {
      this.#actions.shift();
      await this.#run(next.atMs);
      await this.#try(next.act);
    }
    await this.#run(script.toMs);
    this.#machine.wake(true);
    await this.#run(script.toMs + 1);
    await this.#try(() => this.#stop());
    await this.#settle(running.stop());
  }

  get #databasePath(): string {
    return join(this.#folder, "rollcall.db");
  }

  at(atMs: number, act: Action["act"]): void {
    const before = this.#actions.findIndex((other) => other.atMs > atMs);
    this.#actions.splice(before === -1 ? this.#actions.length : before, 0, { atMs, act });
  }

  #in(delayMs: number, act: Action["act"]): void {
    this.at(this.#clock.nowMs() + delayMs, act);
  }

  async #run(untilMs: number): Promise<void> {
    try {
      await this.#clock.run(untilMs, { turns: () => this.#turns() });
    } catch (error) {
      this.#mishap(error);
    }
  }

  async #try(act: Action["act"]): Promise<void> {
    try {
      await act();
      this.#truths.look();
    } catch (error) {
      this.#mishap(error);
    }
  }

  #mishap(error: unknown): void {
    const words =
      error instanceof Error ? (error.stack ?? error.message).split("\n").slice(0, 4).join(" | ") : String(error);
    this.#mishaps.push({ atMs: this.#clock.nowMs(), text: `the collector crashed: ${words}` });
  }

  /** Web services are long chains of promises. */
  #turns(): number {
    const nowMs = this.#clock.monotonicMs();
    const isBusy = this.#accounts.some(({ cable }) => cable.openRequests > 0 || nowMs - cable.lastRequestMs < 10);
    return isBusy ? 120 : 12;
  }

  /** What a connection says to the server may change what people are. */
  #lookingOn(events: LinkEvents): LinkEvents {
    return {
      connected: () => events.connected(),
      data: (bytes) => {
        events.data(bytes);
        // Pings, which are most of it, change nothing.
        if (bytes.length !== 5) this.#truths.look();
      },
      closed: (cause) => {
        events.closed(cause);
        this.#truths.look();
      },
    };
  }

  async #putAccounts(): Promise<void> {
    const db = openForWriting(this.#databasePath);
    try {
      for (const { address, dialect } of this.#accounts) {
        const sealed = await sealPassword(db, this.#folder, PASSWORD);
        const account = { network: "messenger", address, ...this.#network.endpoint, options: { dialect } };
        putAccount(db, account, sealed, this.#script.fromMs);
      }
    } finally {
      db.close();
    }
  }

  async #start(): Promise<void> {
    if (this.#collector) return;
    // A machine that sleeps starts nothing.
    if (!this.#machine.isAwake) return this.#in(MINUTE_MS, () => this.#start());
    const process = this.#machine.boot();
    this.#process = process;
    this.#life += 1;
    this.#keeper.begin();
    this.#excuse({ what: "down", fromMs: this.#downSinceMs, toMs: this.#clock.nowMs() });
    this.#collector = await Collector.start({
      folder: this.#folder,
      databasePath: this.#databasePath,
      clock: process,
      networks: { messenger: this.#networkFor(process) },
      version: "0.0.0-simulated",
      batchMs: this.#script.batchMs,
      lookMs: this.#script.lookMs,
      startWriter: writerOn(this.#disk, process, () => this.#keeper.gather()),
      random: () => this.#chance.next(),
      onCommitted: (facts, lastSeq) => this.#keeper.acknowledged(facts, lastSeq),
      say: (level, message) => this.#hear(level, message),
    });
  }

  /** A network of its own for each account, so that each has a line of its own. */
  #networkFor(process: Process): Network {
    const networks = this.#accounts.map(({ cable }) =>
      messengerNetwork({ dial: cable.dialFor(process), http: () => cable.httpFor(process) }),
    );
    const life = this.#life;
    return {
      name: "messenger",
      open: (signIn, clock, observe) => {
        const account = this.#accounts.findIndex(({ address }) => address === signIn.address);
        const network = networks[account] as Network;
        const { cable } = this.#accounts[account] as WatchedAccount;
        cable.session = this.#sessions.push({ account, life, openedMs: this.#clock.nowMs() }) - 1;
        return network.open(signIn, clock, observe);
      },
    };
  }

  /** Whoever reads "signed in elsewhere" starts Rollcall again within two hours. */
  #hear(level: string, message: string): void {
    if (level !== "error" && !message.includes("stopped before the crash")) return;
    const account = this.#accounts.findIndex(({ address }) => message.startsWith(address));
    if (account === -1) return;
    const afterMs = Math.round(this.#chance.between(MINUTE_MS, 2 * HOUR_MS));
    const nowMs = this.#clock.nowMs();
    const excuse: Excuse = { what: "stopped", account, fromMs: nowMs, toMs: Number.POSITIVE_INFINITY };
    this.#excuses.push(excuse);
    this.#in(afterMs, async () => {
      await this.#restart(1_000);
      excuse.toMs = this.#clock.nowMs() + 1_000;
    });
  }

  async #restart(forMs: number): Promise<void> {
    // A machine that sleeps stops nothing.
    if (!this.#machine.isAwake) return this.#in(MINUTE_MS, () => this.#restart(forMs));
    await this.#stop();
    this.#in(forMs, () => this.#start());
  }

  /** In order, as on SIGTERM. */
  async #stop(): Promise<void> {
    const collector = this.#collector;
    if (!collector) return;
    this.#downSinceMs = this.#clock.nowMs();
    await this.#settle(collector.stop("stopped"));
    this.#collector = undefined;
    this.#process = undefined;
    this.#keeper.end();
  }

  #kill(isPowerCut: boolean): void {
    if (!this.#process) return;
    this.#downSinceMs = this.#clock.nowMs();
    this.#process.die(isPowerCut);
    this.#process = undefined;
    this.#collector = undefined;
    this.#keeper.end();
  }

  /** Lets the clock go on until something is done. */
  async #settle(work: Promise<void>): Promise<void> {
    let isDone = false;
    const watched = work.finally(() => {
      isDone = true;
    });
    watched.catch(() => undefined);
    const patienceMs = this.#clock.nowMs() + 4 * HOUR_MS;
    for (let turn = 0; !isDone; turn += 1) {
      if (this.#clock.nowMs() > patienceMs) throw new Error("an orderly stop takes more than four hours");
      await this.#run(this.#clock.nowMs() + (turn > 1_000 ? 1_000 : 10));
      for (let hand = 0; hand < 20; hand += 1) await undefined;
    }
    await watched;
  }

  #excuse(excuse: Excuse): void {
    this.#excuses.push(excuse);
  }

  #befall(incident: Incident): void | Promise<void> {
    const { kind } = incident;
    const fromMs = this.#clock.nowMs();
    const lasting = "forMs" in incident ? incident.forMs : 0;
    const isOfAll = !("account" in incident);
    const cable = this.#accounts["account" in incident ? incident.account : 0]?.cable;
    if (!cable) return;
    this.#excuse({
      what: kind,
      ...(isOfAll ? {} : { account: incident.account }),
      fromMs,
      toMs: fromMs + lasting,
    });
    switch (kind) {
      case "server-restart":
        if (incident.isPolite) this.#server.stop();
        // What was said on the way out is on its way.
        this.#clock.after(10, () => this.#network.takeAway());
        return this.#in(Math.max(20, incident.forMs), () => this.#network.bringBack());
      case "cut":
        return cable.cut(incident.afterBytes);
      case "half-open":
        return cable.mute();
      case "silence":
        return this.#setUplink("silent", incident.forMs);
      case "unplugged":
        return this.#setUplink("unplugged", incident.forMs);
      case "stall":
        cable.stalledUntilMs = fromMs + incident.forMs;
        return;
      case "lag":
        cable.lagMs = incident.delayMs;
        return this.#in(incident.forMs, () => {
          cable.lagMs = 0;
        });
      case "pieces":
        cable.pieceBytes = incident.bytes;
        return this.#in(incident.forMs, () => {
          cable.pieceBytes = Number.POSITIVE_INFINITY;
        });
      case "kick":
        return this.#server.kick(watcherAddress(incident.account));
      case "refuse":
        this.#server.faults.refuseSignInWith = incident.code;
        return this.#in(incident.forMs, () => {
          this.#server.faults.refuseSignInWith = undefined;
        });
      case "lose":
        cable.losesNext = incident.count;
        return;
      case "remove":
        return this.#remove(watcherAddress(incident.account), incident.person, incident.forMs);
      case "block":
        return this.#block(watcherAddress(incident.account), incident.person, incident.forMs);
      case "clock":
        return this.#setClock(incident.byMs, incident.forMs);
      case "suspend":
        return this.#suspend(incident);
      case "freeze":
        if (!this.#machine.isAwake) return;
        this.#machine.freeze();
        return this.#in(incident.forMs, () => this.#machine.wake(incident.timersFirst));
      case "kill":
        return this.#crash(incident);
      case "restart":
        return this.#restart(incident.forMs);
      case "slow-disk":
        this.#disk.delayMs = incident.delayMs;
        return this.#in(incident.forMs, () => {
          this.#disk.delayMs = 1;
        });
      case "disk-refuses":
        this.#disk.refuses = true;
        return this.#in(incident.forMs, () => {
          this.#disk.refuses = false;
        });
      case "pause": {
        const whom = { account: watcherAddress(incident.account), person: incident.person };
        return this.#ask({ kind, ...whom }, { forMs: incident.forMs, later: { kind: "resume", ...whom } });
      }
      case "exclude": {
        const { pattern, forMs } = incident;
        return this.#ask({ kind, pattern }, { forMs, later: { kind: "include", pattern } });
      }
      case "forget":
        return this.#ask({ kind, account: watcherAddress(incident.account), person: incident.person });
      case "retention": {
        const { days, person } = incident;
        const account = watcherAddress(incident.account);
        return this.#ask({ kind, account, days, ...(person === undefined ? {} : { person }) });
      }
      case "merge":
        return this.#merge();
      default:
        incident satisfies never;
    }
  }

  /** The user asks, and takes it back after a while. */
  async #ask(wish: Asked, back?: { forMs: number; later: Asked }): Promise<void> {
    // Nobody uses a machine that sleeps.
    if (!this.#machine.isAwake) return this.#in(MINUTE_MS, () => this.#ask(wish, back));
    const asking = {
      nowMs: this.#clock.nowMs(),
      wallMs: this.#machine.wallMs(),
      isCollecting: this.#collector !== undefined,
    };
    let isAsked = false;
    const ask = async () => {
      isAsked = await this.#wishes.ask(wish, asking);
    };
    if (asking.isCollecting) await ask();
    else await this.#keeper.around(ask);
    if (back && isAsked) this.#in(back.forMs, () => this.#ask(back.later));
  }

  async #merge(): Promise<void> {
    const nth = this.#merges++;
    const carried = this.#carried[nth];
    if (carried) await this.#ask({ kind: "merge", file: carried.file, nth });
  }

  /** Lays this Rollcall's database down as it is now. */
  async carry(nth: number, folder: string): Promise<Carried> {
    const state = join(folder, `another-${nth}.db`);
    const db = openForWriting(this.#databasePath);
    try {
      db.prepare("VACUUM INTO ?").run(state);
    } finally {
      db.close();
    }
    return { state, file: await stageFile(this.#databasePath, folder) };
  }

  #setUplink(is: Uplink["is"], forMs: number): void {
    this.#uplink.is = is;
    for (const { cable } of this.#accounts)
      if (is === "silent") cable.mute();
      else cable.breakLines();
    this.#in(forMs, () => {
      this.#uplink.is = "up";
    });
  }

  #setClock(byMs: number, forMs: number): void {
    this.#machine.setOffset(this.#machine.offsetMs + byMs);
    this.#in(forMs, () => {
      this.#excuse({ what: "clock", fromMs: this.#clock.nowMs(), toMs: this.#clock.nowMs() });
      this.#machine.setOffset(0);
    });
  }

  #suspend({ forMs, breaksLines, timersFirst }: Incident & { kind: "suspend" }): void {
    if (!this.#machine.isAwake) return;
    this.#machine.sleep();
    this.#in(forMs, () => {
      if (breaksLines) for (const { cable } of this.#accounts) cable.breakLines();
      this.#machine.wake(timersFirst);
    });
  }

  #crash({ forMs, keepsBatch, isPowerCut, bootMs }: Incident & { kind: "kill" }): void {
    this.#disk.keepsBatch = keepsBatch;
    this.#kill(isPowerCut);
    this.#in(forMs, () => {
      if (this.#collector || bootMs === 0) return this.#start();
      this.#machine.setOffset(30_000 - this.#clock.nowMs());
      this.#excuse({ what: "clock", fromMs: this.#clock.nowMs(), toMs: this.#clock.nowMs() + bootMs });
      this.#in(bootMs, () => this.#machine.setOffset(0));
      return this.#start();
    });
  }

  #remove(owner: string, person: string, forMs: number): void {
    this.#server.removeContact(owner, person);
    this.#in(forMs, () => this.#server.addContact(owner, { address: person, groups: [] }));
  }

  #block(watcher: string, person: string, forMs: number): void {
    const account = this.#server.directory.account(person);
    if (!account) return;
    this.#server.web.keeper.add(account, "BL", watcher);
    this.#in(forMs, () => void this.#server.web.keeper.remove(account, "BL", watcher));
  }
}

export function watcherAddress(index: number): string {
  return `watcher${index + 1}@simulated.example`;
}
