/**
 * Judges a recorded history by what really went over the wire. It shares no code with `db/` or the recorder: it reads
 * the server's log with a reader of its own, the database with raw SQL, and looks states up by the design's definition.
 *
 * From the log it derives, connection by connection, what the client could know and when: the roster, each contact's
 * status, the pongs (the barrier is the answer to the first ping behind CHG), and the *runs*: stretches in which no two
 * chunks of bytes lie more than 45 s apart and the clocks agree. A claim must lie inside one run, begin at a pong, and
 * say exactly what the lines said.
 *
 * Only for a history that nobody in this process has open: two SQLite libraries in one process drop each other's locks.
 */
import { DatabaseSync } from "node:sqlite";
import type { WireEntry } from "./raw-server.ts";

export interface Case {
  databasePath: string;
  account: string;
  log: readonly WireEntry[];
  /** How much later than the server's writing something may have been read. */
  toleranceMs?: number;
  /** After a crash, what was not yet acknowledged may be missing: the end of a claim may fall short by this. */
  mayLoseMs?: number;
}

const MAX_SILENCE_MS = 45_000;
const MAX_DRIFT_MS = 1_500;
/** A clock that has caught up with what is recorded may go unnoticed for this long. */
const LOOK_MS = 5_000;

const WORDS = new Map(
  Object.entries({
    NLN: "available",
    IDL: "idle",
    AWY: "away",
    BRB: "be-right-back",
    PHN: "on-the-phone",
    LUN: "out-to-lunch",
    BSY: "busy",
    HDN: "offline",
    FLN: "offline",
  }),
);

/** Findings in words, none when the history is true. */
export function judge({ databasePath, account, log, toleranceMs = 250, mayLoseMs = 0 }: Case): string[] {
  const db = new DatabaseSync(databasePath, { readOnly: true });
  try {
    const history = readHistory(db, account);
    const wire = readWire(log);
    const trial = new Trial(history, wire, toleranceMs, mayLoseMs);
    return [...trial.findings(), ...checkStates(db, history, wire, toleranceMs)];
  } finally {
    db.close();
  }
}

// What the wire said.

interface Said {
  status: string;
  raw: string;
}

type Moment = {
  atMs: number;
  position: number;
} /** `askedAt`, `askedMs`: when the ping was heard that this answers. */ & (
  | { kind: "pong"; isBarrier: boolean; askedAt: number; askedMs: number }
  | { kind: "presence"; address: string; said: Said }
  | { kind: "listed"; address: string }
  | { kind: "removed"; address: string }
  /** By the contact's own word, or by what a list calls them, which serves until that word is heard. */
  | { kind: "named"; address: string; name: string; isOwn: boolean }
);

interface Run {
  connection: number;
  fromMs: number;
  toMs: number;
  /** Positions in the log. */
  first: number;
  last: number;
}

interface Connection {
  moments: Moment[];
  runs: Run[];
}

function readWire(log: readonly WireEntry[]): Connection[] {
  const count = 1 + log.reduce((most, entry) => Math.max(most, entry.connection), -1);
  return Array.from({ length: count }, (_, connection) => readConnection(log, connection));
}

function readConnection(log: readonly WireEntry[], connection: number): Connection {
  const moments: Moment[] = [];
  const runs: Run[] = [];
  const roster = new Map<string, Set<string>>();
  /** Who left their last group: off the roster, unless they are spoken about again. */
  const groupless = new Set<string>();
  const pings: { askedAt: number; askedMs: number; isBarrier: boolean }[] = [];
  let lastChunk: WireEntry | undefined;
  let rest: number[] = [];
  let skip = 0;
  let hasAskedForSnapshot = false;
  let isBarrierSent = false;
  let pongs = 0;
  log.forEach((entry, position) => {
    if (entry.connection !== connection) return;
    if (entry.kind === "heard") {
      const verb = entry.line.slice(0, 3);
      if (verb === "CHG") hasAskedForSnapshot = true;
      if (verb === "PNG") {
        pings.push({ askedAt: position, askedMs: entry.atMs, isBarrier: hasAskedForSnapshot && !isBarrierSent });
        if (hasAskedForSnapshot) isBarrierSent = true;
      }
    }
    if (entry.kind !== "sent") return;
    const run = runs.at(-1);
    if (run && lastChunk && isBridged(lastChunk, entry)) {
      run.toMs = entry.atMs;
      run.last = position;
    } else runs.push({ connection, fromMs: entry.atMs, toMs: entry.atMs, first: position, last: position });
    lastChunk = entry;
    for (const byte of entry.bytes) {
      if (skip > 0) skip--;
      else if (byte !== 10) rest.push(byte);
      else {
        const tokens = tokensOf(rest);
        rest = [];
        if (tokens[0] === "MSG" || tokens[0] === "NOT") skip = Number(tokens.at(-1)) || 0;
        read(tokens, entry.atMs, position);
      }
    }
  });
  return { moments, runs };

  function read(tokens: string[], atMs: number, position: number): void {
    const [verb, a = "", b = "", c = "", d = "", e = "", f = ""] = tokens;
    const say = (moment: Omit<Moment, "atMs" | "position">) => moments.push({ ...moment, atMs, position } as Moment);
    const speak = (code: string, who: string, name: string) => {
      const address = who.toLowerCase();
      if (groupless.delete(address)) {
        roster.set(address, new Set());
        say({ kind: "listed", address } as Moment);
      }
      if (!roster.has(address)) return;
      if (name !== "") say({ kind: "named", address, name: textOf(name), isOwn: true } as Moment);
      say({ kind: "presence", address, said: { status: WORDS.get(code) ?? "other", raw: code } } as Moment);
    };
    if (verb === "LST" && b === "FL" && f !== "") list(f, tokens[7] ?? "", false);
    else if (verb === "ADD" && b === "FL") list(d, e, true);
    else if (verb === "ILN") speak(b, c, d);
    else if (verb === "NLN") speak(a, b, c);
    else if (verb === "FLN") speak("FLN", a, "");
    else if (verb === "QNG") {
      const ping = pings[pongs++];
      if (ping) say({ kind: "pong", ...ping } as Moment);
    } else if (verb === "REM" && b === "FL") {
      const address = d.toLowerCase();
      const groups = roster.get(address);
      if (!groups) return;
      if (e !== "") groups.delete(e);
      if (e !== "" && groups.size > 0) return;
      roster.delete(address);
      if (e !== "") groupless.add(address);
      say({ kind: "removed", address } as Moment);
    }

    function list(who: string, name: string, isAdded: boolean): void {
      const address = who.toLowerCase();
      const groups = (isAdded ? tokens[6] : tokens[8]) ?? "";
      const known = roster.get(address);
      for (const group of groups.split(",")) if (group !== "" && known) known.add(group);
      if (name !== "") say({ kind: "named", address, name: textOf(name), isOwn: false } as Moment);
      if (known) return;
      groupless.delete(address);
      roster.set(address, new Set(groups.split(",").filter((group) => group !== "")));
      say({ kind: "listed", address } as Moment);
    }
  }
}

function isBridged(before: WireEntry, after: WireEntry): boolean {
  const wallMs = after.atMs - before.atMs;
  const driftMs = wallMs - (after.monotonicMs - before.monotonicMs);
  return wallMs >= 0 && wallMs <= MAX_SILENCE_MS && Math.abs(driftMs) <= MAX_DRIFT_MS;
}

function tokensOf(bytes: number[]): string[] {
  const line = String.fromCharCode(...bytes).replace(/\r$/, "");
  return line.split(" ").filter((token) => token !== "");
}

function textOf(token: string): string {
  const bytes: number[] = [];
  for (let at = 0; at < token.length; at++) {
    const hex = token.slice(at + 1, at + 3);
    if (token[at] === "%" && /^[0-9a-fA-F]{2}$/.test(hex)) {
      bytes.push(Number.parseInt(hex, 16));
      at += 2;
    } else bytes.push(token.charCodeAt(at));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

// What the database says.

interface Claim {
  id: number;
  fromMs: number;
  toMs: number;
  endReason: string | null;
  events: Recorded[];
}

interface Recorded extends Said {
  address: string;
  atMs: number;
  isBaseline: boolean;
}

interface Watch {
  address: string;
  fromMs: number;
  toMs: number | null;
}

interface History {
  accountId: number;
  claims: Claim[];
  watches: Watch[];
  names: { address: string; name: string }[];
  contacts: { id: number; address: string; name: string; isRemoved: boolean }[];
}

function readHistory(db: DatabaseSync, account: string): History {
  const all = <Row>(sql: string, ...values: (string | number)[]) => db.prepare(sql).all(...values) as Row[];
  const accountId = all<{ id: number }>("SELECT id FROM account WHERE address = ?", account)[0]?.id ?? -1;
  const claims = all<Claim>(
    "SELECT id, from_ms AS fromMs, to_ms AS toMs, end_reason AS endReason FROM coverage WHERE account_id = ? ORDER BY id",
    accountId,
  );
  const recorded = `
    SELECT c.address, e.at_ms AS atMs, s.status, e.raw, e.origin = 0 AS isBaseline
    FROM event e JOIN contact c ON c.id = e.contact_id JOIN status_code s ON s.code = e.status
    WHERE e.coverage_id = ? ORDER BY e.seq`;
  return {
    accountId,
    claims: claims.map((claim) => ({
      ...claim,
      events: all<Recorded>(recorded, claim.id).map((event) => ({ ...event, isBaseline: Boolean(event.isBaseline) })),
    })),
    watches: all<Watch>(
      `SELECT c.address, w.from_ms AS fromMs, w.to_ms AS toMs FROM watch w JOIN contact c ON c.id = w.contact_id
       WHERE c.account_id = ? ORDER BY w.id`,
      accountId,
    ),
    names: all(
      `SELECT c.address, p.value AS name FROM profile p JOIN contact c ON c.id = p.contact_id
       WHERE c.account_id = ? AND p.field = 'name' ORDER BY p.seq`,
      accountId,
    ),
    contacts: all<History["contacts"][number]>(
      "SELECT id, address, name, removed_ms IS NOT NULL AS isRemoved FROM contact WHERE account_id = ? ORDER BY id",
      accountId,
    ).map((contact) => ({ ...contact, isRemoved: Boolean(contact.isRemoved) })),
  };
}

// The comparison.

/** A claim, and where on the wire it begins. */
interface Placed {
  claim: Claim;
  run: Run;
  opener: Moment | undefined;
}

class Trial {
  readonly #findings: string[] = [];
  readonly #history: History;
  readonly #wire: Connection[];
  readonly #runs: Run[];
  readonly #toleranceMs: number;
  readonly #mayLoseMs: number;

  constructor(history: History, wire: Connection[], toleranceMs: number, mayLoseMs: number) {
    this.#history = history;
    this.#wire = wire;
    this.#runs = wire.flatMap(({ runs }) => runs);
    this.#toleranceMs = toleranceMs;
    this.#mayLoseMs = mayLoseMs;
  }

  findings(): string[] {
    this.#checkShape();
    const placed = this.#placeClaims();
    for (const each of placed) this.#checkEvents(each);
    this.#checkNothingIsMissing(placed);
    this.#checkWatches(placed);
    this.#checkContacts();
    return this.#findings;
  }

  #find(finding: string): void {
    this.#findings.push(finding);
  }

  /** What must hold of any history, whatever the wire said. */
  #checkShape(): void {
    const sorted = this.#history.claims.toSorted((a, b) => a.fromMs - b.fromMs || a.id - b.id);
    sorted.forEach((claim, at) => {
      const next = sorted[at + 1];
      if (next && next.fromMs < claim.toMs) {
        this.#find(`coverages ${claim.id} and ${next.id} overlap by ${claim.toMs - next.fromMs} ms`);
      }
      for (const { address, atMs, isBaseline } of claim.events) {
        if (atMs < claim.fromMs || atMs > claim.toMs)
          this.#find(
            `coverage ${claim.id} ${spell(claim)} holds an event about ${address} at ${clock(atMs)}, outside it`,
          );
        const opened = this.#history.watches.some((watch) => watch.address === address && watch.fromMs === atMs);
        if (isBaseline && atMs !== claim.fromMs && !opened)
          this.#find(`${address} has a baseline at ${clock(atMs)}, in the middle of coverage ${claim.id}`);
      }
    });
  }

  #placeClaims(): Placed[] {
    let earliest = 0;
    return this.#history.claims.flatMap((claim) => {
      const fits = (run: Run) => claim.fromMs >= run.fromMs && claim.fromMs <= run.toMs + this.#toleranceMs;
      const holds = (run: Run) => fits(run) && claim.toMs <= run.toMs + this.#toleranceMs;
      // Runs can lie closer together than the tolerance: the one with the nearest pong before the claim is meant.
      const distance = (run: Run) => claim.fromMs - Math.max(...this.#openersAt(claim, run).map(({ atMs }) => atMs));
      const later = this.#runs.slice(earliest);
      const nearest = later.filter(fits).toSorted((a, b) => distance(a) - distance(b))[0];
      const isNear = nearest !== undefined && distance(nearest) <= this.#toleranceMs;
      const chosen = isNear ? nearest : (later.find(holds) ?? later.find(fits));
      const at = chosen ? this.#runs.indexOf(chosen) : -1;
      const run = this.#runs[at];
      if (!run) {
        this.#find(`coverage ${claim.id} ${spell(claim)} claims time in which the server said nothing`);
        return [];
      }
      earliest = at;
      this.#checkBounds(claim, run, at);
      return [{ claim, run, opener: this.#openerOf(claim, run) }];
    });
  }

  #checkBounds(claim: Claim, run: Run, at: number): void {
    const lateMs = claim.toMs - run.toMs;
    if (lateMs <= this.#toleranceMs) return;
    const next = this.#runs[at + 1];
    const into = next && next.connection === run.connection && claim.toMs >= next.fromMs;
    this.#find(
      into
        ? `coverage ${claim.id} ${spell(claim)} spans the silence from ${clock(run.toMs)} to ${clock(next.fromMs)}, which no proof bridges`
        : `coverage ${claim.id} ${spell(claim)} goes on for ${lateMs} ms after the last byte, sent at ${clock(run.toMs)}`,
    );
  }

  /** The pong that the claim began at; where several came at about that time, the one that explains it best. */
  #openerOf(claim: Claim, run: Run): Moment | undefined {
    const moments = this.#wire[run.connection]?.moments ?? [];
    const barrier = moments.find((moment) => moment.kind === "pong" && moment.isBarrier);
    const candidates = this.#openersAt(claim, run);
    if (candidates.length === 0) {
      const when = barrier ? `the barrier was answered at ${clock(barrier.atMs)}` : "the barrier was never answered";
      this.#find(`coverage ${claim.id} ${spell(claim)} begins at no answer to a ping; ${when}`);
      return undefined;
    }
    const cost = (opener: Moment) => this.#compareEvents({ claim, run, opener }).length;
    return candidates.toSorted((a, b) => cost(a) - cost(b))[0];
  }

  #openersAt(claim: Claim, run: Run): Moment[] {
    return this.#openers(run).filter(({ atMs }) => atMs <= claim.fromMs && atMs >= claim.fromMs - this.#toleranceMs);
  }

  /** Answers that a claim in this run may begin at: the barrier, and any later one. */
  #openers(run: Run): Moment[] {
    const moments = this.#wire[run.connection]?.moments ?? [];
    const barrierAt = moments.findIndex((moment) => moment.kind === "pong" && moment.isBarrier);
    if (barrierAt < 0) return [];
    return moments
      .slice(barrierAt)
      .filter(({ kind, position }) => kind === "pong" && position >= run.first && position <= run.last);
  }

  #checkEvents(placed: Placed): void {
    for (const finding of this.#compareEvents(placed)) this.#find(`coverage ${placed.claim.id}: ${finding}`);
  }

  #compareEvents({ claim, run, opener }: Placed): string[] {
    const findings: string[] = [];
    const { baseline, after } = this.#truthFrom(claim, run, opener);
    const recordedBaseline = claim.events.filter((event) => event.isBaseline && event.atMs === claim.fromMs);
    // A first word in mid-coverage is a baseline of its own; at the very instant of the opening they look alike.
    for (const one of baseline) {
      const same = recordedBaseline.find((event) => event.address === one.address);
      if (!same) findings.push(`${one.address} was ${word(one)} when it began, recorded as offline`);
      else if (word(same) !== word(one))
        findings.push(`${one.address} was ${word(one)} when it began, recorded as ${word(same)}`);
    }
    const isFirstWord = (event: Recorded) => after.some((one) => one.isBaseline && one.address === event.address);
    for (const event of recordedBaseline) {
      if (isIn(baseline, event) || isFirstWord(event)) continue;
      findings.push(`${event.address} was offline when it began, or not known, recorded as ${word(event)}`);
    }
    const rest = claim.events.filter((event) => !recordedBaseline.includes(event) || isFirstWord(event));
    const mustMs = claim.toMs - this.#toleranceMs;
    for (let at = 0; at < Math.max(rest.length, after.length); at++) {
      const truth = after[at];
      const recorded = rest[at];
      if (truth && !recorded) {
        if (truth.atMs <= mustMs) findings.push(`${describe(truth)} is missing`);
      } else if (recorded && !truth) findings.push(`${describe(recorded)} was recorded but never said`);
      else if (recorded && truth) {
        const lateMs = recorded.atMs - truth.atMs;
        if (
          recorded.address !== truth.address ||
          word(recorded) !== word(truth) ||
          recorded.isBaseline !== truth.isBaseline
        )
          findings.push(`event ${at + 1} should be ${describe(truth)}, recorded as ${describe(recorded)}`);
        else if (lateMs < 0 || lateMs > this.#toleranceMs)
          findings.push(`${describe(truth)} was recorded ${lateMs} ms off, at ${clock(recorded.atMs)}`);
      }
    }
    return findings;
  }

  /** Who was not offline when the claim began, and every change in it. */
  #truthFrom(claim: Claim, run: Run, opener: Moment | undefined): { baseline: Recorded[]; after: Recorded[] } {
    const moments = this.#wire[run.connection]?.moments ?? [];
    const began = opener ? moments.indexOf(opener) : moments.findLastIndex(({ atMs }) => atMs <= claim.fromMs);
    const known = knownAfter(moments, began + 1);
    const baseline = [...known]
      .filter(([, said]) => said !== undefined && said.status !== "offline")
      .map(([address, said]) => ({ address, ...(said as Said), atMs: claim.fromMs, isBaseline: true }));
    const after: Recorded[] = [];
    for (const moment of moments.slice(began + 1)) {
      if (moment.position > run.last && claim.toMs <= run.toMs + this.#toleranceMs) break;
      if (moment.kind === "presence") {
        const { address, said, atMs } = moment;
        const before = known.get(address);
        const isNews = !before || before.status !== said.status || (said.status === "other" && before.raw !== said.raw);
        if (isNews) after.push({ address, ...said, atMs, isBaseline: before === undefined });
      }
      apply(known, moment);
    }
    return { baseline, after };
  }

  /** Time that was proved must be claimed, but for the tolerance at its ends. */
  #checkNothingIsMissing(placed: readonly Placed[]): void {
    for (const [index, run] of this.#runs.entries()) {
      const before = this.#runs[index - 1];
      const isLater = before?.connection === run.connection;
      // While the clock shows less than what is already recorded, nothing may be claimed.
      const earlier = placed.filter((other) => this.#runs.indexOf(other.run) < index);
      const floorMs = Math.max(0, ...earlier.map(({ claim }) => claim.toMs));
      const opener = this.#openers(run).find(
        (moment) =>
          moment.kind === "pong" &&
          (floorMs <= run.fromMs || moment.askedMs >= floorMs + LOOK_MS) &&
          (moment.isBarrier || !isLater || moment.askedAt > before.last),
      );
      if (!opener) continue;
      const fromMs = opener.atMs + this.#toleranceMs;
      const toMs = run.toMs - this.#toleranceMs - this.#mayLoseMs;
      if (toMs <= fromMs || this.#history.claims.some((claim) => claim.fromMs <= fromMs && claim.toMs >= toMs))
        continue;
      this.#find(
        `the server's word from ${clock(opener.atMs)} to ${clock(run.toMs)} was proved but is not claimed as one`,
      );
    }
  }

  #checkWatches(placed: readonly Placed[]): void {
    const expected: Watch[] = [];
    const open = new Map<string, Watch>();
    let claimedToMs: number | undefined;
    const start = (address: string, fromMs: number) => {
      if (open.has(address)) return;
      const watch: Watch = { address, fromMs, toMs: null };
      open.set(address, watch);
      expected.push(watch);
    };
    const end = (address: string, toMs: number) => {
      const watch = open.get(address);
      if (watch) watch.toMs = Math.max(toMs, watch.fromMs);
      open.delete(address);
    };
    this.#wire.forEach(({ moments }, connection) => {
      const known = new Map<string, Said | undefined>();
      for (const moment of moments) {
        const isNew = moment.kind === "presence" && known.get(moment.address) === undefined;
        apply(known, moment);
        const begun = placed.find(({ opener }) => opener === moment);
        if (begun) {
          for (const address of [...open.keys()]) {
            if (known.get(address) === undefined) end(address, claimedToMs ?? moment.atMs);
          }
          for (const [address, said] of known) if (said !== undefined) start(address, begun.claim.fromMs);
          claimedToMs = begun.claim.toMs;
        }
        const isClaimed = placed.some(
          ({ claim, run, opener }) =>
            run.connection === connection &&
            opener !== undefined &&
            opener.position <= moment.position &&
            moment.atMs <= claim.toMs,
        );
        // Removed while nothing was claimed: last known on the roster when the last claim ended.
        if (moment.kind === "removed") end(moment.address, isClaimed ? moment.atMs : (claimedToMs ?? moment.atMs));
        if (moment.kind === "presence" && isNew && isClaimed) start(moment.address, moment.atMs);
      }
    });
    const addresses = new Set([...expected, ...this.#history.watches].map(({ address }) => address));
    for (const address of addresses) {
      const isOf = (watch: Watch) => watch.address === address;
      this.#compareWatches(address, expected.filter(isOf), this.#history.watches.filter(isOf));
    }
  }

  #compareWatches(address: string, expected: readonly Watch[], recorded: readonly Watch[]): void {
    const isNear = (truthMs: number | null, atMs: number | null) =>
      truthMs === null || atMs === null ? truthMs === atMs : atMs >= truthMs && atMs - truthMs <= this.#toleranceMs;
    const isSame =
      expected.length === recorded.length &&
      expected.every((watch, at) => {
        const other = recorded[at];
        return other !== undefined && isNear(watch.fromMs, other.fromMs) && isNear(watch.toMs, other.toMs);
      });
    if (isSame) return;
    const list = (watches: readonly Watch[]) => watches.map(spell).join(", ") || "never";
    this.#find(`${address} should be watched ${list(expected)}; recorded: ${list(recorded)}`);
  }

  /** Contacts are who was ever on the forward list, under every name that they gave themselves, in order. */
  #checkContacts(): void {
    const names = new Map<string, string[]>();
    const listNames = new Map<string, string>();
    const listed = new Set<string>();
    for (const { moments } of this.#wire) {
      if (moments.some(({ kind }) => kind === "listed") && moments.some(({ kind }) => kind === "pong")) listed.clear();
      for (const moment of moments) {
        if (moment.kind === "listed") {
          listed.add(moment.address);
          if (!names.has(moment.address)) names.set(moment.address, []);
        } else if (moment.kind === "removed") listed.delete(moment.address);
        else if (moment.kind === "named") {
          if (!moment.isOwn) listNames.set(moment.address, moment.name);
          const known = names.get(moment.address);
          if (moment.isOwn && known && known.at(-1) !== moment.name) known.push(moment.name);
        }
      }
    }
    for (const { address, name, isRemoved } of this.#history.contacts) {
      const said = names.get(address);
      if (!said) {
        this.#find(`${address} was recorded, but was never on the forward list`);
        continue;
      }
      if (isRemoved === listed.has(address))
        this.#find(`${address} is ${isRemoved ? "gone from" : "still on"} the roster`);
      const recorded = this.#history.names.filter((one) => one.address === address).map((one) => one.name);
      if (recorded.join("\n") !== said.join("\n") || name !== (said.at(-1) ?? listNames.get(address) ?? ""))
        this.#find(
          `${address} was called ${JSON.stringify(said)}; recorded: ${JSON.stringify(recorded)}, now "${name}"`,
        );
    }
  }
}

function apply(known: Map<string, Said | undefined>, moment: Moment): void {
  if (moment.kind === "listed") known.set(moment.address, known.get(moment.address));
  else if (moment.kind === "removed") known.delete(moment.address);
  else if (moment.kind === "presence") known.set(moment.address, moment.said);
  else if (moment.kind === "pong" && moment.isBarrier) {
    // Whom the snapshot does not mention is offline.
    for (const [address, said] of known) known.set(address, said ?? { status: "offline", raw: "" });
  }
}

function knownAfter(moments: readonly Moment[], count: number): Map<string, Said | undefined> {
  const known = new Map<string, Said | undefined>();
  for (const moment of moments.slice(0, count)) apply(known, moment);
  return known;
}

function isIn(baseline: readonly Recorded[], event: Recorded): boolean {
  return baseline.some(({ address }) => address === event.address);
}

// States, looked up by the design's definition.

function checkStates(db: DatabaseSync, history: History, wire: readonly Connection[], toleranceMs: number): string[] {
  const lookUp = db.prepare(`
    SELECT CASE
      WHEN cov.id IS NULL THEN 'unknown'
      WHEN NOT EXISTS (SELECT 1 FROM watch w WHERE w.contact_id = $contact AND w.from_ms <= $at AND coalesce(w.to_ms, $at + 1) > $at)
        THEN 'unknown'
      ELSE coalesce((
        SELECT s.status FROM event e JOIN status_code s ON s.code = e.status
        WHERE e.contact_id = $contact AND e.coverage_id = cov.id AND e.at_ms <= $at ORDER BY e.seq DESC LIMIT 1), 'offline')
      END AS state
    FROM (SELECT 1) LEFT JOIN coverage cov ON cov.account_id = $account AND cov.from_ms <= $at AND cov.to_ms > $at`);
  const findings: string[] = [];
  const instants = sampleInstants(history, wire);
  const truths = wire.map((connection) => truthOf(connection));
  for (const { id, address } of history.contacts) {
    for (const atMs of instants) {
      const { state } = lookUp.get({ $contact: id, $at: atMs, $account: history.accountId }) as { state: string };
      if (state === "unknown") continue;
      const possible = truths.flatMap((truth) => truth(address, atMs, toleranceMs));
      if (!possible.includes(state)) {
        findings.push(
          `at ${clock(atMs)} ${address} is recorded as ${state}, but was ${possible.join(" or ") || "unknown"}`,
        );
      }
    }
  }
  return findings;
}

/** Just before, at and just after what happened, and half-way to the next; of very much, an even choice. */
function sampleInstants(history: History, wire: readonly Connection[]): number[] {
  const edges = new Set<number>();
  for (const { fromMs, toMs } of history.claims) edges.add(fromMs).add(toMs);
  for (const { moments, runs } of wire) {
    for (const { atMs } of moments) edges.add(atMs);
    for (const { fromMs, toMs } of runs) edges.add(fromMs).add(toMs);
  }
  const sorted = [...edges].toSorted((a, b) => a - b);
  const every = Math.ceil(sorted.length / 1_000);
  return sorted.flatMap((atMs, at) => {
    if (at % every !== 0) return [];
    const next = sorted[at + 1];
    return [atMs - 1, atMs, atMs + 1, ...(next === undefined ? [] : [Math.floor((atMs + next) / 2)])];
  });
}

/** What a contact can be recorded as at an instant: what was last said of them, or was until just before. */
function truthOf({ moments, runs }: Connection): (address: string, atMs: number, toleranceMs: number) => string[] {
  const barrier = moments.find((moment) => moment.kind === "pong" && moment.isBarrier);
  return (address, atMs, toleranceMs) => {
    if (!barrier || atMs < barrier.atMs) return [];
    const isAlive = runs.some((run) => atMs >= run.fromMs && atMs <= run.toMs + toleranceMs);
    if (!isAlive) return [];
    const known = new Map<string, Said | undefined>();
    const possible = new Set<string>();
    for (const moment of moments) {
      if (moment.atMs > atMs) break;
      const before = known.get(address)?.status;
      apply(known, moment);
      if (moment.atMs >= atMs - toleranceMs && before !== undefined) possible.add(before);
    }
    const now = known.get(address)?.status;
    if (now !== undefined) possible.add(now);
    return [...possible];
  };
}

// Words for findings.

function word({ status, raw }: Said): string {
  return `${status} (${raw})`;
}

function describe({ address, atMs, isBaseline, ...said }: Recorded): string {
  return `${address} ${isBaseline ? "first heard of as" : "becoming"} ${word(said)} at ${clock(atMs)}`;
}

function spell({ fromMs, toMs }: { fromMs: number; toMs: number | null }): string {
  return `[${clock(fromMs)}, ${toMs === null ? "…" : clock(toMs)})`;
}

function clock(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 23);
}
