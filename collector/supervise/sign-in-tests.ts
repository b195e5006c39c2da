/** Answers users who want to know whether an account can sign in. */
import type { SignInTest, TestAnswer } from "../../db/keep/sign-in-tests.ts";
import { SealBroken } from "../../db/settings/seal-broken.ts";
import { openPassword } from "../../db/settings/sealing.ts";
import type { Clock, Network } from "../network/network.ts";
import { trySignIn, whyOut } from "./try-sign-in.ts";

/** Whoever asked looks at a page meanwhile. */
const PATIENCE_MS = 15_000;

export interface SignInTestParts {
  /** The data folder, which holds the key that opens the passwords. */
  folder: string;
  clock: Clock;
  networks: Readonly<Record<string, Network>>;
  /** This account is being signed in here anyway, by this network and lower-cased address. */
  isLivedFor(network: string, address: string): boolean;
  /** Whether this machine has no network at all. */
  isOffline(host: string): boolean;
  stop: Promise<unknown>;
}

/** Never rejects for anything that a user can put right. */
export async function answerOfTest(
  { account, sealedPassword }: SignInTest,
  { folder, clock, networks, isLivedFor, isOffline, stop }: SignInTestParts,
): Promise<TestAnswer> {
  const { address, host, port, options } = account;
  const network = networks[account.network];
  if (!network) return { came: "refused", message: `this version does not know the network "${account.network}"` };
  if (isLivedFor(account.network, address.toLowerCase()))
    return { came: "recorded", message: `${address} is signed in, or tried, by the collector that runs` };
  let password: string;
  try {
    password = await openPassword(folder, sealedPassword, address);
  } catch (error) {
    if (error instanceof SealBroken) return { came: "refused", message: error.message };
    throw error;
  }
  const { visible = false, ...others } = options;
  const signIn = { address, password, host, port, visible, ...others };
  const trial = await trySignIn({ network, signIn, clock, patienceMs: PATIENCE_MS, stop });
  switch (trial.kind) {
    case "in":
      return {
        came: "in",
        message: `${address} can sign in at ${host}:${port} and has ${trial.contacts} contacts there`,
      };
    case "late":
      return { came: "lost", message: `${host}:${port} has not let ${address} in within ${PATIENCE_MS / 1_000} s` };
    case "out": {
      const isRefused = trial.end.why === "refused" || trial.end.why === "signed-in-elsewhere";
      if (trial.end.why === "lost" && isOffline(host)) return { came: "lost", message: "this machine is offline" };
      return { came: isRefused ? "refused" : "lost", message: whyOut(trial.end) };
    }
  }
}
