import { expect, test } from "vitest";
import { HttpFailure } from "../../../collector/network/messenger/net/http.ts";
import { messengerNetwork } from "../../../collector/network/messenger.ts";
import type { Observation, Session } from "../../../collector/network/network.ts";
import { type CollectorSide, livePast, PAST_MS } from "../../../collector/sandbox/past.ts";

const DAY_MS = 24 * 3_600_000;
const TO_MS = Date.UTC(2026, 10, 22, 15);

/** A collector that only remembers: it signs in, and tries again half a minute after each end. */
async function collect(fromMs: number, toMs: number) {
  const observations: Observation[] = [];
  const progress: number[] = [];
  const starts: number[] = [];
  let session: Session | undefined;
  let isOn = false;
  const open = ({ clock, dial, signIn }: CollectorSide): void => {
    if (!isOn) return;
    const network = messengerNetwork({ dial, http: () => () => Promise.reject(new HttpFailure("there is no web")) });
    const mine = network.open(signIn, clock, (observation) => observations.push(observation));
    session = mine;
    mine.ended.then(() => clock.after(30_000, () => open({ clock, dial, signIn })));
  };
  await livePast({
    fromMs,
    toMs,
    seed: "sandbox",
    zone: "Europe/Berlin",
    startCollector(side) {
      isOn = true;
      starts.push(side.clock.nowMs());
      open(side);
    },
    async stopCollector() {
      isOn = false;
      session?.close();
      await session?.ended;
    },
    onProgress: (fraction) => progress.push(fraction),
  });
  return { observations, progress, starts };
}

test("the same three days come out the same twice, within their bounds", async () => {
  const fromMs = TO_MS - 3 * DAY_MS;
  const first = await collect(fromMs, TO_MS);
  expect(await collect(fromMs, TO_MS)).toMatchObject({ observations: first.observations });
  expect(first.observations[0]?.atMs).toBeGreaterThanOrEqual(fromMs);
  expect(first.observations.at(-1)?.atMs).toBeLessThan(TO_MS);
});

test("eight weeks hold two gaps and a newcomer, and nobody is heard of in the gaps", async () => {
  const { observations, progress, starts } = await collect(TO_MS - PAST_MS, TO_MS);
  const holes = observations.slice(1).flatMap(({ atMs }, at) => {
    const beforeMs = observations[at]?.atMs ?? atMs;
    return atMs - beforeMs > 60_000 ? [{ fromMs: beforeMs, hours: (atMs - beforeMs) / 3_600_000 }] : [];
  });
  expect(holes.map(({ hours }) => Math.round(hours * 10) / 10)).toEqual([20, 3.5]);
  const daysAgo = holes.map(({ fromMs }) => Math.round((TO_MS - fromMs) / DAY_MS));
  expect(daysAgo).toEqual([11, 5]);
  expect(starts).toHaveLength(2);
  expect(observations.filter(({ kind }) => kind === "snapshot-complete")).toHaveLength(3);
  const added = observations.flatMap((seen) => (seen.kind === "contact-added" ? [seen.contact] : []));
  // Once when we have added him, and once more when he has added us.
  expect(new Set(added.map(({ address }) => address))).toEqual(new Set(["nuno@sandbox.example"]));
  expect(added[0]).toMatchObject({ groups: ["Work"] });
  expect(progress.at(-1)).toBe(1);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
});
