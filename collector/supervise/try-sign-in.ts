/** Signing in once, without recording. */
import type { Clock, Network, SessionEnd, SignIn } from "../network/network.ts";

/** Escargot loses other people's notifications when somebody leaves in the moment of arriving. */
const SETTLE_MS = 1_000;

export type Trial =
  | { kind: "in"; contacts: number }
  | { kind: "out"; end: SessionEnd }
  /** Neither in nor refused after so long. */
  | { kind: "late" };

export interface TrialParts {
  network: Network;
  signIn: SignIn;
  clock: Clock;
  /** How long to wait for the snapshot; for as long as the network does, unless given. */
  patienceMs?: number;
  /** Gives up when this resolves. */
  stop?: Promise<unknown>;
}

/** Resolves when it is out again. */
export async function trySignIn({ network, signIn, clock, patienceMs, stop }: TrialParts): Promise<Trial> {
  let contacts = 0;
  let isIn = false;
  let isLate = false;
  const session = network.open(signIn, clock, (observation) => {
    if (observation.kind === "roster") contacts = observation.contacts.length;
    if (observation.kind !== "snapshot-complete") return;
    isIn = true;
    clock.after(SETTLE_MS, () => session.close());
  });
  const late =
    patienceMs === undefined
      ? undefined
      : clock.after(patienceMs, () => {
          isLate = !isIn;
          session.close();
        });
  void stop?.then(() => session.close());
  const end = await session.ended;
  late?.cancel();
  if (isIn) return { kind: "in", contacts };
  return isLate ? { kind: "late" } : { kind: "out", end };
}

/** Why a sign-in that was tried came to nothing. */
export function whyOut(end: SessionEnd): string {
  switch (end.why) {
    case "refused":
    case "server-closing":
      return end.message;
    case "lost":
      return end.cause.message;
    case "signed-in-elsewhere":
      return "the account signed in elsewhere at the same moment";
    case "asked":
      return "interrupted before the sign-in was complete";
  }
}
