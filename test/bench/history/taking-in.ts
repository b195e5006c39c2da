/** From bytes on a socket to the disk: how fast at most, and how soon while it is busy. */
import { once } from "node:events";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { SLICE_MS } from "../../../collector/recorder/rolling.ts";
import { openForWriting } from "../../../db/open.ts";
import { Roller } from "../../../db/rollup/roller.ts";
import { makeFolder } from "../../helpers/collector-fixture.ts";
import type { FloodAsked } from "../programs/flood.ts";
import type { IngestAsked, Ingested } from "../programs/ingest.ts";
import { endProgram, startProgram } from "../programs/start.ts";
import { inSpread, quantile } from "../spread.ts";
import { bareInserts } from "./bare.ts";
import { asRatio, count, heading, row } from "./report.ts";

const CONTACTS = 200;
const RUNS = 5;

/** In turns with bare inserts. `historyPath`: rolled up once more, for what that costs an event. */
export async function rates(changes: number, historyPath: string): Promise<void> {
  const ours: number[] = [];
  const bare: number[] = [];
  const rolling = rollingMs(historyPath);
  for (let run = 0; run < RUNS; run++) {
    const { tookMs } = await ingest({ changes });
    // Rolling up is done by the thread that writes, in another hour: its time is added.
    ours.push(changes / (tookMs + rolling.msPerEvent * changes));
    bare.push(changes / bareInserts(changes, CONTACTS));
  }
  heading(`Taking in ${count(changes)} changes of ${CONTACTS} contacts`, "events a second");
  row(
    "bare INSERT",
    inSpread(
      bare.map((rate) => rate * 1_000),
      0,
    ),
  );
  row(
    "socket to committed facts, rolling up included",
    inSpread(
      ours.map((rate) => rate * 1_000),
      0,
    ),
  );
  row("**ratio** (target 0.4)", asRatio(ours, bare));
  row("of it, rolling up", `${(rolling.msPerEvent * 1_000).toFixed(1)} µs an event`);
}

/** At a steady rate, into a history that is there already, while others read it. */
export async function latency(seconds: number, perSecond: number, readers: number, historyPath: string): Promise<void> {
  const changes = seconds * perSecond;
  const { latenciesMs, walBytes, answered } = await ingest({ changes, perSecond, readers, historyPath });
  const at = (share: number) => `${quantile(latenciesMs, share)} ms`;
  heading(`${count(perSecond)} changes a second for ${seconds} s, ${readers} readers`, "");
  row("from arrival to disk, median", at(0.5));
  row("**99 of 100 within** (target 100 ms)", at(0.99));
  row("all within", at(1));
  row("the log, at most", `${(walBytes.most / 1e6).toFixed(1)} MB`);
  row("the log, at the end", `${(walBytes.atEnd / 1e6).toFixed(1)} MB`);
  row("questions answered meanwhile", count(answered));
}

async function ingest({
  changes,
  perSecond,
  readers = 0,
  historyPath,
}: Partial<IngestAsked> & FloodAsked & { historyPath?: string }): Promise<Ingested> {
  using folder = makeFolder();
  if (historyPath !== undefined) copyFileSync(historyPath, join(folder.path, "rollcall.db"));
  const [flood, port] = await startProgram<number>("flood", [String(CONTACTS)]);
  const asked = { folder: folder.path, port, changes, readers } satisfies IngestAsked;
  const [collector] = await startProgram("ingest", [JSON.stringify(asked)]);
  try {
    flood.send({ changes, ...(perSecond === undefined ? {} : { perSecond }) } satisfies FloodAsked);
    const [ingested] = (await once(collector, "message")) as [Ingested];
    return ingested;
  } finally {
    await endProgram(collector);
    await endProgram(flood);
  }
}

/** All of a history rolled up anew, in a copy. */
function rollingMs(historyPath: string): { msPerEvent: number } {
  using folder = makeFolder();
  const path = join(folder.path, "rollcall.db");
  copyFileSync(historyPath, path);
  const db = openForWriting(path);
  try {
    db.exec("DELETE FROM contact_day; DELETE FROM account_day; DELETE FROM everyone_day; DELETE FROM rollup_mark");
    const events = db.prepare("SELECT count(*) FROM event").pluck().get() as number;
    const endMs = db.prepare("SELECT max(to_ms) FROM coverage").pluck().get() as number;
    const roller = new Roller(db);
    const beganMs = performance.now();
    while (roller.roll(endMs, SLICE_MS));
    return { msPerEvent: (performance.now() - beganMs) / events };
  } finally {
    db.close();
  }
}
