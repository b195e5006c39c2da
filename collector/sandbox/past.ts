/**
 * Eight weeks of the sandbox in a few seconds: the server, the people and whoever collects all live on a virtual clock
 * and speak the real protocol, so that what is recorded comes out of the same code that records live.
 *
 * Two things go wrong on purpose and recently, so that the first page shows what a gap looks like: one afternoon the
 * server is away, and one night and day the collector is off. In the middle somebody new comes to the roster.
 */
import type { Dial } from "../network/messenger/net/link.ts";
import type { Clock, SignIn } from "../network/network.ts";
import { runPeople } from "./live.ts";
import { type ExtraAccount, PEOPLE, personAccount, sandboxAccounts, WATCHER } from "./people.ts";
import { SandboxServer } from "./server.ts";
import { type RunOptions, VirtualClock } from "./virtual-clock.ts";
import { VirtualNetwork } from "./virtual-link.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const PAST_MS = 8 * 7 * DAY_MS;

/** What the collector's side needs to sign in to the past. */
export interface CollectorSide {
  clock: Clock;
  dial: Dial;
  signIn: SignIn;
}

export interface PastOptions {
  fromMs: number;
  toMs: number;
  seed: string;
  extra?: readonly ExtraAccount[];
  /** In whose afternoon the server goes away: that of the person who will look at it. */
  zone?: string;
  /** Called twice: at the beginning, and after the collector was off. The virtual clock waits for it. */
  startCollector(side: CollectorSide): Promise<void> | void;
  /** Called before each stop and at the end. The virtual clock goes on while the promise is pending. */
  stopCollector(): Promise<void> | void;
  /** 0 to 1, a few times a second and once at the end. */
  onProgress?(fraction: number): void;
  /** Awaited many times a second; whoever writes what was collected can slow the clock down here. */
  onPause?(): Promise<void>;
}

/** Resolves when it is `toMs` in the past and the collector has stopped. */
export async function livePast(options: PastOptions): Promise<void> {
  const { fromMs, toMs, seed, extra = [] } = options;
  const clock = new VirtualClock(fromMs);
  const early = PEOPLE.filter((person) => !person.isNewcomer);
  const server = new SandboxServer({ clock, accounts: sandboxAccounts(early, extra, fromMs) });
  const network = new VirtualNetwork(clock, server);
  const { dial, endpoint } = network;
  const people = runPeople({ server: endpoint, clock, dial, seed, lively: false, people: early });
  const { address, password } = WATCHER;
  // The dialect that asks for the least: no tickets, no web services.
  const signIn: SignIn = { address, password, ...endpoint, visible: false, dialect: "MSNP7" };
  const running: RunOptions = {
    onProgress: (atMs) => options.onProgress?.(Math.min(1, (atMs - fromMs) / (toMs - fromMs))),
    ...(options.onPause ? { onPause: options.onPause } : {}),
  };

  for (const { atMs, happen } of script()) {
    await clock.run(atMs, running);
    await happen();
  }
  await whileRunning(clock, people.stop());
  options.onProgress?.(1);

  function script(): Scene[] {
    const start = () => whileRunning(clock, options.startCollector({ clock, dial, signIn }));
    const stop = () => whileRunning(clock, options.stopCollector());
    const zone = options.zone ?? Temporal.Now.timeZoneId();
    const awayMs = onDayBefore(toMs, 5, "13:20", zone);
    const offMs = onDayBefore(toMs, 11, "21:40", zone);
    const gaps: [Scene, Scene][] = [
      [
        { atMs: awayMs, happen: () => network.takeAway() },
        { atMs: awayMs + 3.5 * HOUR_MS, happen: () => network.bringBack() },
      ],
      [
        { atMs: offMs, happen: stop },
        { atMs: offMs + 20 * HOUR_MS, happen: start },
      ],
    ];
    const scenes: Scene[] = [
      // People first, so that there is somebody to see.
      { atMs: fromMs + MINUTE_MS / 2, happen: start },
      { atMs: (fromMs + toMs) / 2, happen: welcome },
      // A second is more than an orderly sign-out takes.
      { atMs: toMs - 1_000, happen: stop },
    ];
    // A past that is shorter than usual has only the gaps that lie within it.
    for (const [begin, end] of gaps)
      if (begin.atMs > fromMs + HOUR_MS && end.atMs < toMs - HOUR_MS) scenes.push(begin, end);
    return scenes.sort((a, b) => a.atMs - b.atMs);
  }

  function welcome(): void {
    const watchers = [WATCHER, ...extra];
    for (const person of PEOPLE.filter(({ isNewcomer }) => isNewcomer)) {
      server.addAccount(personAccount(person, early, watchers, clock.nowMs()));
      for (const { address } of watchers)
        server.addContact(address, { address: person.address, groups: [...person.groups] });
      people.add(person);
    }
  }
}

interface Scene {
  atMs: number;
  happen(): Promise<void> | void;
}

function onDayBefore(atMs: number, days: number, time: string, zone: string): number {
  const today = Temporal.Instant.fromEpochMilliseconds(Math.floor(atMs)).toZonedDateTimeISO(zone);
  return today.subtract({ days }).withPlainTime(time).epochMilliseconds;
}

/** Lets the clock go on, slowly, until something that needs both it and the real world is done. */
async function whileRunning(clock: VirtualClock, work: Promise<void> | void): Promise<void> {
  let isDone = false;
  const watched = Promise.resolve(work).finally(() => {
    isDone = true;
  });
  // A failure is reported by the await below; until then nobody looks at it.
  watched.catch(() => undefined);
  for (let turn = 0; !isDone; turn += 1) {
    if (turn > 20) await new Promise((resolve) => setTimeout(resolve, 1));
    else await new Promise((resolve) => setImmediate(resolve));
    if (!isDone) await clock.run(clock.nowMs() + 10);
  }
  await watched;
}
