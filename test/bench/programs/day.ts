/**
 * What a day of one user costs the disk: `node day.ts ASKED`, in JSON. The whole collector, its writer in the same
 * thread, lives through days at high speed; the network is a world's people, and the history may be one of many years.
 */
import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock, Network, Observation } from "../../../collector/network/network.ts";
import type { StartWriter, WriterLine } from "../../../collector/recorder/journal.ts";
import { type FromWriter, serveWriter } from "../../../collector/recorder/writer-side.ts";
import { VirtualClock } from "../../../collector/sandbox/virtual-clock.ts";
import { Collector } from "../../../collector/supervise/collector.ts";
import { openForReading } from "../../../db/open.ts";
import { putAccounts } from "../../helpers/collector-fixture.ts";
import { writerLine } from "../../simulate/writer-line.ts";
import { factsOf } from "../history/fill.ts";
import { DAY_MS, type World } from "../history/world.ts";
import { withoutPasswords } from "./passwords.ts";

export interface DayAsked {
  folder: string;
  /** Its contacts live on from where the world begins. */
  world: World;
}

export interface DayWritten {
  events: number;
  days: number;
  /** What this process asked the system to write; a file system rounds up to its blocks each time it is synced. */
  writtenBytes: number;
}

/** After so much silence a client pings, and the answer proves that the line lives. */
const SILENCE_MS = 20_000;

const { folder, world } = JSON.parse(process.argv[2] ?? "{}") as DayAsked;
const databasePath = join(folder, "rollcall.db");
const address = "me.1@example.com";
const clock = new VirtualClock(world.fromMs - 60_000);
withoutPasswords(databasePath);
await putAccounts(databasePath, folder, [{ address, host: "messenger.example.com", port: 1863 }], clock.nowMs());
const events = () => {
  const db = openForReading(databasePath);
  const count = db.prepare("SELECT count(*) FROM event").pluck().get() as number;
  db.close();
  return count;
};

const collector = await Collector.start({
  folder,
  databasePath,
  clock,
  networks: { messenger: worldNetwork() },
  version: "0.0.0-bench",
  say: (level, message) => level === "error" && console.error(message),
  startWriter: inThisThread,
});
await clock.run(world.fromMs + 3_600_000);
const [before, eventsBefore] = [writtenBytes(), events()];
const days = Math.floor((world.toMs - clock.nowMs()) / DAY_MS);
await clock.run(clock.nowMs() + days * DAY_MS);
process.send?.({ events: events() - eventsBefore, days, writtenBytes: writtenBytes() - before } satisfies DayWritten);
await Promise.all([collector.stop("stopped"), clock.run(clock.nowMs() + 60_000)]);

/** Of this process, by the system's own account. */
function writtenBytes(): number {
  return Number(/^wchar: (\d+)$/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);
}

function worldNetwork(): Network {
  return {
    name: "messenger",
    open(_signIn, clock, observe) {
      const ended = Promise.withResolvers<{ why: "asked" }>();
      live(clock, observe);
      return {
        ping: () => 0,
        close: () => ended.resolve({ why: "asked" }),
        pause: () => undefined,
        resume: () => undefined,
        ended: ended.promise,
      };
    },
  };
}

/** The people's changes at their instants, and a proof of life wherever there is none for long. */
function live(clock: Clock, observe: (observation: Observation) => void): void {
  const now = () => ({ atMs: clock.nowMs(), monotonicMs: clock.monotonicMs() });
  const facts = factsOf(world);
  let heardMs = clock.nowMs();
  const hear = (...heard: ({ kind: "alive" } | Told)[]) => {
    heardMs = clock.nowMs();
    for (const one of heard) observe({ ...now(), ...one });
  };
  const pulse = () => {
    if (clock.nowMs() - heardMs >= SILENCE_MS) hear({ kind: "alive" });
    clock.after(heardMs + SILENCE_MS - clock.nowMs() || SILENCE_MS, pulse);
  };
  const nextDay = () => {
    const { value } = facts.next();
    if (!value) return;
    for (const fact of value.facts) {
      if (fact.kind === "roster") hear({ kind: "alive" }, { kind: "roster", contacts: fact.contacts });
      if (fact.kind === "coverage-open" && fact.fromMs === world.fromMs)
        hear({ kind: "alive" }, ...fact.present.map((one): Told => ({ kind: "presence", ...one })), {
          kind: "snapshot-complete",
        });
      if (fact.kind === "change") {
        const { address, status, raw } = fact;
        clock.after(fact.atMs - clock.nowMs(), () =>
          hear({ kind: "alive" }, { kind: "presence", address, status, raw }),
        );
      }
    }
    clock.after(value.dayEndMs - clock.nowMs(), nextDay);
  };
  pulse();
  // Whoever opens a session first hears of it when it is open.
  clock.after(1, nextDay);
}

type Told =
  | Pick<Extract<Observation, { kind: "roster" }>, "kind" | "contacts">
  | Pick<Extract<Observation, { kind: "presence" }>, "kind" | "address" | "status" | "raw">
  | { kind: "snapshot-complete" };

function inThisThread(...[start]: Parameters<StartWriter>): WriterLine {
  const toJournal = new EventEmitter();
  const toWriter = new EventEmitter();
  const breakOff = serveWriter(start, {
    postMessage: (message: FromWriter) => queueMicrotask(() => toJournal.emit("message", message)),
    on: (event, hear) => toWriter.on(event, hear),
    close: () => queueMicrotask(() => toJournal.emit("exit")),
  });
  return writerLine(
    toJournal,
    (message) => queueMicrotask(() => toWriter.emit("message", structuredClone(message))),
    () => breakOff?.(),
  );
}
