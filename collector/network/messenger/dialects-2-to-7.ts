/**
 * The dialects we speak, best first. MSNP2 to MSNP7 differ, for a presence logger, only in what their lists carry:
 * 7 adds groups. Parsing goes by shape, so one reader serves them all.
 */
export const DIALECTS: readonly string[] = ["MSNP7", "MSNP6", "MSNP5", "MSNP4", "MSNP3", "MSNP2"];

/** The dialect to speak, given the parameters of the server's VER reply: the best one that we also offered. */
export function agreedDialect(offered: readonly string[], reply: readonly string[]): string | undefined {
  const said = new Set(reply.map((name) => name.toUpperCase()));
  return offered.find((name) => said.has(name));
}
