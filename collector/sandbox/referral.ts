/** `XFR … NS` in its four shapes (protocol reference 2.6). */
import type { Dialect } from "../network/messenger/dialects.ts";
import type { Endpoint } from "../network/messenger/net/link.ts";

/** Where the sandbox's servers are reached. */
export interface Endpoints {
  dispatch: Endpoint;
  notification: Endpoint;
  switchboard: Endpoint;
}

/** A zero from MSNP3 on, the server that says so from MSNP7 on, and two letters instead from MSNP13 on. */
export function referral({ number }: Dialect, there: Endpoint, own: Endpoint): string[] {
  const to = hostAndPort(there);
  if (number === 2) return [to];
  if (number < 7) return [to, "0"];
  return number < 13 ? [to, "0", hostAndPort(own)] : [to, "U", "D"];
}

export function hostAndPort({ host, port }: Endpoint): string {
  return `${host}:${port}`;
}
