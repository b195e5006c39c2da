import type { Network } from "../network.ts";
import { dialTcp } from "./net/tcp.ts";
import { openMessengerSession } from "./session.ts";

/** The Messenger network over plain TCP. */
export const messenger: Network = {
  name: "messenger",
  open: (signIn, clock, observe) => openMessengerSession(signIn, { clock, dial: dialTcp }, observe),
};
