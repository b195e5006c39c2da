/** Questions, each put several times by a fresh handle: nothing is kept from one time to the next but the system's cache. */
import { openForReading } from "../../../db/open.ts";
import { STATUS_CODES, type Status } from "../../../db/status.ts";
import { askDuckDb, daySql, duckDbOf, type Sums, weekSql } from "./duckdb.ts";
import { ABOUT_ALL, ABOUT_AN_INSTANT, ABOUT_ONE, type Question, type Subject, ZONE } from "./questions.ts";
import { asRatio, heading, inMs, row } from "./report.ts";
import { hasSqliteShell } from "./sqlite-shell.ts";
import { DAY_MS, type World } from "./world.ts";

const RUNS = 9;
/** DuckDB takes seconds where we take milliseconds. */
const SLOW_RUNS = 3;
const MOST_MS = { one: 30, all: 60 } as const;

export interface Filled {
  path: string;
  world: World;
}

/** Everything about a contact over the whole of its history. */
export async function aboutOne(histories: readonly Filled[]): Promise<void> {
  heading(`One contact, its whole history (target ${MOST_MS.one} ms)`, ...histories.map(({ world }) => world.name));
  // The engine learns what all of them have in common first, as it has in a dashboard that runs.
  for (const { path, world } of histories)
    for (const question of ABOUT_ONE) await times(path, question, subjectOf(world));
  for (const question of ABOUT_ONE) {
    const cells: string[] = [];
    for (const { path, world } of histories) cells.push(inMs(await times(path, question, subjectOf(world))));
    row(question.name, ...cells);
  }
}

/** The fleet over a year, to the last midnight and to now; and the roster. */
export async function aboutAll({ path, world }: Filled): Promise<void> {
  const subject = subjectOf(world);
  const midnightMs = Math.floor(subject.toMs / DAY_MS) * DAY_MS;
  const contacts = world.accounts * world.contacts;
  heading(`Everyone, ${contacts} contacts (target ${MOST_MS.all} ms)`, "to the last midnight", "until now");
  for (const question of ABOUT_ALL) {
    const past = await times(path, question, { ...subject, toMs: midnightMs });
    row(`${question.name}, a year`, inMs(past), inMs(await times(path, question, subject)));
  }
  for (const question of ABOUT_AN_INSTANT) row(question.name, "", inMs(await times(path, question, subject)));
}

/** The same range of the same contacts, in a history and in one that ends alike and is a tenth as long. */
export async function growth(long: Filled, short: Filled): Promise<void> {
  const { toMs } = long.world;
  const days = Math.min(28, Math.floor((toMs - short.world.fromMs) / DAY_MS));
  const subject = { ...subjectOf(long.world), fromMs: toMs - days * DAY_MS };
  heading(`The last ${days} days, asked of both (target 1.5)`, short.world.name, long.world.name, "ratio");
  for (const question of [...ABOUT_ONE, ...ABOUT_ALL, ...ABOUT_AN_INSTANT.slice(0, -1)]) {
    const [inShort, inLong] = await inTurns(
      () => time(short.path, question, subject),
      () => time(long.path, question, subject),
      RUNS,
    );
    row(question.name, inMs(inShort), inMs(inLong), asRatio(inLong, inShort, 1));
  }
}

/** The fleet's questions, put to DuckDB as well; both must say the same to the millisecond. */
export async function besideDuckDb({ path, world }: Filled): Promise<void> {
  if (!hasSqliteShell("DuckDB, which is given the facts by it,")) return;
  const duckDb = await duckDbOf(path);
  const subject = subjectOf(world);
  const { fromMs, toMs } = subject;
  const sqls = [weekSql(ZONE, fromMs, toMs), daySql(ZONE, fromMs, toMs)];
  heading("Everyone, a year until now, beside DuckDB (target 20)", "ours", "DuckDB", "ratio");
  for (const [i, question] of ABOUT_ALL.entries()) {
    const sql = sqls[i] as string;
    const { sums } = await askDuckDb(duckDb, sql);
    const db = openForReading(path);
    refuseDifference(question.name, (await question.ask(db, subject)) as Summed[], sums);
    db.close();
    const [ours, theirs] = await inTurns(
      () => time(path, question, subject),
      async () => (await askDuckDb(duckDb, sql)).ms,
      SLOW_RUNS,
    );
    row(question.name, inMs(ours), inMs(theirs), asRatio(theirs, ours, 0));
  }
}

interface Summed {
  date?: string;
  byStatus: Partial<Record<Status, number>>;
}

function refuseDifference(name: string, ours: readonly Summed[], theirs: Sums): void {
  for (const [slot, { date, byStatus }] of ours.entries()) {
    const part = date === undefined ? slot : Date.parse(date) / DAY_MS;
    for (const [status, code] of Object.entries(STATUS_CODES)) {
      const [one, other] = [byStatus[status as Status] ?? 0, theirs.get(part)?.get(code) ?? 0];
      if (one !== other) throw new Error(`${name}, ${date ?? slot}, ${status}: we say ${one} ms, DuckDB ${other} ms`);
    }
  }
}

function subjectOf({ accounts, contacts, fromMs, toMs }: World): Subject {
  const accountId = Math.ceil(accounts / 2);
  return { accountId, contactId: (accountId - 1) * contacts + Math.ceil(contacts / 2), fromMs, toMs };
}

async function times(path: string, question: Question, subject: Subject): Promise<number[]> {
  const taken: number[] = [];
  // The first time reads from the disk.
  for (let run = 0; run <= RUNS; run++) taken.push(await time(path, question, subject));
  return taken.slice(1);
}

async function inTurns(
  one: () => Promise<number>,
  other: () => Promise<number>,
  runs: number,
): Promise<[number[], number[]]> {
  await one();
  await other();
  const taken: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run++) {
    taken[0].push(await one());
    taken[1].push(await other());
  }
  return taken;
}

async function time(path: string, { ask }: Question, subject: Subject): Promise<number> {
  const db = openForReading(path);
  const beganMs = performance.now();
  await ask(db, subject);
  const ms = performance.now() - beganMs;
  db.close();
  return ms;
}
