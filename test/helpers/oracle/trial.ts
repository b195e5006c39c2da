/** The comparison of a history with the wire: claims, events, watches and contacts. */
import type { Claim, History, Recorded, Watch } from "./history.ts";
import { apply, type Connection, knownAfter, type Moment, type Run, type Status } from "./wire.ts";
import { clock, describe, spell, word } from "./words.ts";

/** A clock that has caught up with what is recorded may go unnoticed for this long. */
const LOOK_MS = 5_000;

/** A claim, and where on the wire it begins. */
interface Placed {
  claim: Claim;
  run: Run;
  opener: Moment | undefined;
}

export class Trial {
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
      .map(([address, said]) => ({ address, ...(said as Status), atMs: claim.fromMs, isBaseline: true }));
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
      const known = new Map<string, Status | undefined>();
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

function isIn(baseline: readonly Recorded[], event: Recorded): boolean {
  return baseline.some(({ address }) => address === event.address);
}
