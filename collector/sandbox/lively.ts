/**
 * Something to see at any hour: every ten to fourteen seconds one of those who are signed in shows something else for
 * a short while. Only in the live sandbox; in the past people follow their routines alone.
 */
import type { Clock, Timer } from "../network/network.ts";
import { chanceFor } from "./chance.ts";
import type { Life } from "./life.ts";
import type { RoutineStatus } from "./routine.ts";

const SHORTEST_MS = 9_500;
const LONGEST_MS = 13_500;

/** What somebody who is meant to be in the left status may do for a moment. */
const WHIMS: Record<Exclude<RoutineStatus, "signed-out">, readonly RoutineStatus[]> = {
  NLN: ["IDL", "BSY", "BRB", "IDL"],
  IDL: ["NLN", "AWY", "NLN"],
  AWY: ["IDL", "IDL", "NLN"],
  BRB: ["NLN", "AWY"],
  PHN: ["BSY", "NLN"],
  LUN: ["AWY", "BRB"],
  BSY: ["NLN", "PHN"],
};

/** `lives` is read anew each time. Stops when the returned timer is cancelled. */
export function keepLively(lives: Iterable<Life>, clock: Clock, seed: string): Timer {
  const chance = chanceFor(seed, "lively");
  let last: Life | undefined;
  let timer = next();
  return { cancel: () => timer.cancel() };

  function next(): Timer {
    return clock.after(chance.between(SHORTEST_MS, LONGEST_MS), () => {
      stir();
      timer = next();
    });
  }

  function stir(): void {
    const around = [...lives].filter((life) => life.shown !== "signed-out" && life.wish !== "signed-out");
    const others = around.filter((life) => life !== last);
    const life = chance.pick(others.length > 0 ? others : around);
    if (!life || life.wish === "signed-out") return;
    last = life;
    // Whoever is off their routine goes back to it; the others leave it.
    life.followWhim(life.shown === life.wish ? chance.pick(WHIMS[life.wish]) : undefined);
  }
}
