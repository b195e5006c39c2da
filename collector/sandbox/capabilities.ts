import type { Dialect } from "../network/messenger/dialects.ts";

/** Capabilities in the receiver's form: a pair from MSNP16 on, one number below. */
export function capabilitiesFor(dialect: Dialect, said: string): string {
  const [number = "0", extended = "0"] = said.split(":");
  return dialect.number >= 16 ? `${number}:${extended}` : number;
}
