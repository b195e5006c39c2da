import fc from "fast-check";
import { expect, test } from "vitest";
import { IsoInstants } from "../../../db/export/iso.ts";

test("every instant is written as a Date would", () => {
  const instants = new IsoInstants();
  const anyMs = fc.integer({ min: -62_000_000_000_000, max: 253_000_000_000_000 });
  fc.assert(
    fc.property(anyMs, (ms) => {
      expect(`${instants.at(ms)}Z`).toBe(new Date(ms).toISOString());
    }),
    { seed: 8601, numRuns: 1_000 },
  );
});
