/**
 * A secret that was just made, until its page shows it: a form leads back to the settings, and a secret must not travel
 * in an address. It stays in memory, for the session that made it, and is gone once it was shown.
 */
import "server-only";

export interface MadeSecret {
  kind: "token" | "guest";
  secret: string;
}

interface Shown extends MadeSecret {
  untilMs: number;
}

const PATIENCE_MS = 60_000;

/** Next loads this module once per route, so they are kept on the process. */
const KEPT = Symbol.for("rollcall.shown-once");
const home = globalThis as { [KEPT]?: Map<string, Shown> };

export function showOnce(sessionId: string, made: MadeSecret, nowMs: number): void {
  home[KEPT] ??= new Map();
  for (const [id, { untilMs }] of home[KEPT]) if (untilMs < nowMs) home[KEPT].delete(id);
  home[KEPT].set(sessionId, { ...made, untilMs: nowMs + PATIENCE_MS });
}

export function takeShown(sessionId: string, nowMs: number): MadeSecret | undefined {
  const shown = home[KEPT]?.get(sessionId);
  home[KEPT]?.delete(sessionId);
  return shown && shown.untilMs >= nowMs ? shown : undefined;
}
