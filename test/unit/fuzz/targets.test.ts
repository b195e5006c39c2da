import fc from "fast-check";
import { expect, test } from "vitest";
import { TARGETS } from "../../fuzz/targets.ts";

const RUNS: Readonly<Record<string, number>> = { gateway: 300, soap: 300 };

/** A seed with pieces of others and of nothing in it. */
function mutated(seeds: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const seed = fc.nat().map((n) => seeds[n % seeds.length] ?? new Uint8Array());
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 8 }),
    fc.tuple(seed, fc.nat(), fc.nat({ max: 60 })).map(([from, at, size]) => {
      const start = at % (from.length + 1);
      return from.subarray(start, start + size);
    }),
  );
  const edits = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 12 }), piece), { maxLength: 4 });
  return fc.tuple(seed, edits).map(([start, all]) => {
    let bytes = Buffer.from(start);
    for (const [position, removed, added] of all) {
      const at = position % (bytes.length + 1);
      bytes = Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]);
    }
    return bytes;
  });
}

test.each(Object.keys(TARGETS))(
  "fuzz target %s stands what the recordings become when they are damaged",
  async (name) => {
    const target = await TARGETS[name]?.();
    if (!target) throw new Error(`no target ${name}`);
    const seeds = target.seeds();
    expect(seeds.length).toBeGreaterThan(2);
    for (const seed of seeds) await target.fuzz(seed);
    await fc.assert(
      fc.asyncProperty(mutated(seeds), async (bytes) => {
        await target.fuzz(bytes);
      }),
      { seed: 7, numRuns: RUNS[name] ?? 2_000 },
    );
  },
);
