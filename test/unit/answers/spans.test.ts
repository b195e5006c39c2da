import fc from "fast-check";
import { expect, test } from "vitest";
import { answersOf, type Claim } from "../../../db/answers/claims.ts";
import { eachSpan, type Span, spanOf } from "../../../db/answers/spans.ts";
import { type Reading, STATUS_CODES, STATUSES, type Status } from "../../../db/status.ts";

const PROPERTY = { seed: 1999, numRuns: 500 };
const FROM = 100;
const TO = 200;
const everyInstant = Array.from({ length: TO - FROM }, (_, i) => FROM + i);

type Claimed = Omit<Claim, "priority"> & { priority?: number };

interface RecordedEvent {
  atMs: number;
  coverageId: number;
  status: Status;
  raw: string;
  isChange: boolean;
}

interface Case {
  claims: Claimed[];
  events: RecordedEvent[];
}

const status = fc.constantFrom<Status>(...STATUSES);

/** Coverages in a row, each with gaps or none before it, of which one or two watches each leave a claim. */
const history: fc.Arbitrary<Case> = fc
  .array(
    fc.record({
      gap: fc.nat({ max: 25 }),
      length: fc.nat({ max: 60 }),
      /** Where the contact was off the roster for a while, in parts of the coverage; none when they cross. */
      away: fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 60 })),
      changes: fc.array(fc.record({ at: fc.nat({ max: 60 }), status, isChange: fc.boolean() }), { maxLength: 6 }),
      back: status,
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((coverages) => {
    const claims: Claimed[] = [];
    const events: RecordedEvent[] = [];
    let atMs = 60;
    for (const [coverageId, { gap, length, away, changes, back }] of coverages.entries()) {
      const fromMs = atMs + gap;
      const toMs = fromMs + length;
      atMs = toMs;
      const [leftMs, backMs] = [fromMs + away[0], fromMs + away[1]];
      const isAway = leftMs < backMs && backMs <= toMs;
      if (isAway) claims.push({ coverageId, fromMs, toMs: leftMs }, { coverageId, fromMs: backMs, toMs });
      else claims.push({ coverageId, fromMs, toMs });
      const said = changes.map(
        ({ at, status, isChange }): RecordedEvent => ({
          atMs: fromMs + at,
          coverageId,
          status,
          raw: status.toUpperCase(),
          isChange,
        }),
      );
      // Back on the roster, a contact is watched from the first word about them.
      if (isAway) said.push({ atMs: backMs, coverageId, status: back, raw: "BACK", isChange: false });
      events.push(
        ...said
          .filter(({ atMs }) => atMs <= toMs && !(isAway && atMs >= leftMs && atMs < backMs))
          .sort((a, b) => a.atMs - b.atMs),
      );
    }
    return { claims, events };
  });

/** The spans of [FROM, TO), given what the history hands over for that range. */
function cut({ claims, events }: Case, fromMs = FROM, toMs = TO): Span[] {
  const touching = claims.filter((claim) => claim.toMs > fromMs && claim.fromMs < toMs);
  const anchors = touching
    .filter((claim) => claim.fromMs < fromMs)
    .flatMap(
      ({ coverageId, fromMs: claimedMs }) =>
        events.findLast((one) => one.coverageId === coverageId && one.atMs >= claimedMs && one.atMs < fromMs) ?? [],
    );
  return cutClaims(touching, [...anchors, ...events.filter(({ atMs }) => atMs >= fromMs && atMs < toMs)], fromMs, toMs);
}

function cutClaims(claims: readonly Claimed[], events: readonly RecordedEvent[], fromMs = FROM, toMs = TO): Span[] {
  const answers = answersOf(
    claims.map((claim) => ({ priority: 1, ...claim })),
    fromMs,
    toMs,
  );
  const rows = events.map(
    ({ atMs, coverageId, status, raw, isChange }) =>
      [atMs, coverageId, STATUS_CODES[status], isChange ? 1 : 0, raw] as const,
  );
  const spans: Span[] = [];
  eachSpan(answers, rows, fromMs, toMs, (...parts) => spans.push(spanOf(...parts)));
  return spans;
}

/** The design's definition, word for word and slow. */
function stateAt({ claims, events }: Case, atMs: number): Reading {
  const claim = claims.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  if (!claim) return "unknown";
  return events.findLast((event) => event.coverageId === claim.coverageId && event.atMs <= atMs)?.status ?? "offline";
}

function during(spans: readonly Span[], atMs: number): Span {
  const found = spans.filter(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  if (found.length !== 1) throw new Error(`${found.length} spans at ${atMs}`);
  return found[0] as Span;
}

test("spans fill their range without overlap or hole, and none is empty", () => {
  fc.assert(
    fc.property(history, (one) => {
      const spans = cut(one);
      expect(spans[0]?.fromMs).toBe(FROM);
      expect(spans.at(-1)?.toMs).toBe(TO);
      for (const [i, span] of spans.entries()) {
        expect(span.toMs).toBeGreaterThan(span.fromMs);
        if (i > 0) expect(span.fromMs).toBe(spans[i - 1]?.toMs);
      }
      expect(spans.reduce((sum, span) => sum + span.toMs - span.fromMs, 0)).toBe(TO - FROM);
    }),
    PROPERTY,
  );
});

test("at every instant the span says what the design defines", () => {
  fc.assert(
    fc.property(history, (one) => {
      const spans = cut(one);
      expect(everyInstant.map((atMs) => during(spans, atMs).status)).toEqual(
        everyInstant.map((atMs) => stateAt(one, atMs)),
      );
    }),
    PROPERTY,
  );
});

test("time is unknown exactly where nothing is claimed, and says nothing else", () => {
  fc.assert(
    fc.property(history, (one) => {
      for (const span of cut(one)) {
        const claimed = one.claims.some(
          ({ fromMs, toMs }) => Math.max(fromMs, span.fromMs) < Math.min(toMs, span.toMs),
        );
        expect(span.status === "unknown").toBe(!claimed);
        if (!claimed) expect(span).toMatchObject({ raw: null, startCensored: false, endCensored: false });
      }
    }),
    PROPERTY,
  );
});

test("a range cut in two says the same as the whole", () => {
  fc.assert(
    fc.property(history, fc.integer({ min: FROM + 1, max: TO - 1 }), (one, middle) => {
      const parts = [...cut(one, FROM, middle), ...cut(one, middle, TO)];
      const say = (spans: readonly Span[]) =>
        everyInstant.map((atMs) => {
          const { status, raw } = during(spans, atMs);
          return [status, raw];
        });
      expect(say(parts)).toEqual(say(cut(one)));
    }),
    { ...PROPERTY, numRuns: 100 },
  );
});

function event(atMs: number, coverageId: number, status: Status, isChange = true): RecordedEvent {
  return { atMs, coverageId, status, raw: "", isChange };
}

function words(spans: readonly Span[]): string[] {
  return spans.map(
    ({ fromMs, toMs, status, startCensored, endCensored }) =>
      `${startCensored ? "(" : "["}${fromMs} ${status} ${toMs}${endCensored ? ")" : "]"}`,
  );
}

test("a state is never carried across a gap, however short", () => {
  const claims = [
    { coverageId: 1, fromMs: 100, toMs: 140 },
    { coverageId: 2, fromMs: 141, toMs: 200 },
  ];
  const spans = cutClaims(claims, [event(120, 1, "busy")]);
  expect(words(spans)).toEqual(["(100 offline 120]", "[120 busy 140)", "[140 unknown 141]", "(141 offline 200)"]);
});

test("a state is not carried into the next coverage where no gap lies between them", () => {
  const claims = [
    { coverageId: 1, fromMs: 100, toMs: 150 },
    { coverageId: 2, fromMs: 150, toMs: 200 },
  ];
  const spans = cutClaims(claims, [event(120, 1, "busy"), event(160, 2, "away")]);
  expect(words(spans)).toEqual(["(100 offline 120]", "[120 busy 150)", "(150 offline 160]", "[160 away 200)"]);
});

test("a baseline tells no beginning, a change tells one", () => {
  const claims = [{ coverageId: 1, fromMs: 110, toMs: 200 }];
  const spans = cutClaims(claims, [event(110, 1, "busy", false), event(150, 1, "away")]);
  expect(words(spans)).toEqual(["[100 unknown 110]", "(110 busy 150]", "[150 away 200)"]);
});

test("what began before the range is censored at its edge", () => {
  const claims = [{ coverageId: 1, fromMs: 10, toMs: 300 }];
  expect(words(cutClaims(claims, [event(50, 1, "busy")]))).toEqual(["(100 busy 200)"]);
});

test("nothing said before a contact left the roster is carried into their next watch", () => {
  const claims = [
    { coverageId: 1, fromMs: 100, toMs: 130 },
    { coverageId: 1, fromMs: 160, toMs: 200 },
  ];
  const spans = cutClaims(claims, [event(100, 1, "busy", false), event(160, 1, "idle", false)]);
  expect(words(spans)).toEqual(["(100 busy 130)", "[130 unknown 160]", "(160 idle 200)"]);
  expect(words(cutClaims(claims, [event(100, 1, "busy", false)])).at(-1)).toBe("(160 offline 200)");
});

test("a claim without length claims nothing", () => {
  const claims = [{ coverageId: 1, fromMs: 150, toMs: 150 }];
  expect(words(cutClaims(claims, [event(150, 1, "busy", false)]))).toEqual(["[100 unknown 200]"]);
});

test("where two claims of one source overlap, the first one answers for the whole overlap", () => {
  const claims = [
    { coverageId: 1, fromMs: 100, toMs: 160 },
    { coverageId: 2, fromMs: 130, toMs: 200 },
  ];
  const events = [event(100, 1, "busy", false), event(130, 2, "away", false), event(150, 2, "idle")];
  expect(words(cutClaims(claims, events))).toEqual(["(100 busy 160)", "(160 idle 200)"]);
});

test("where two sources overlap, the one that comes first by priority answers for the whole overlap", () => {
  const claims = [
    { coverageId: 1, priority: 2, fromMs: 100, toMs: 190 },
    { coverageId: 2, priority: 1, fromMs: 130, toMs: 160 },
  ];
  const events = [
    event(100, 1, "busy", false),
    event(130, 2, "away", false),
    event(150, 1, "idle"),
    event(170, 1, "other"),
  ];
  expect(words(cutClaims(claims, events))).toEqual([
    "(100 busy 130)",
    "(130 away 160)",
    "(160 idle 170]",
    "[170 other 190)",
    "[190 unknown 200]",
  ]);
});

test("of two events at one instant the later one holds, and leaves no empty span", () => {
  const claims = [{ coverageId: 1, fromMs: 100, toMs: 200 }];
  const spans = cutClaims(claims, [event(150, 1, "busy"), event(150, 1, "away")]);
  expect(words(spans)).toEqual(["(100 offline 150]", "[150 away 200)"]);
});

test("without any claim the whole range is unknown", () => {
  expect(words(cutClaims([], []))).toEqual(["[100 unknown 200]"]);
});
