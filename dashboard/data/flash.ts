/**
 * What a form came to, for the page that its browser is sent to next. It is kept here and not in the address: a link from
 * elsewhere must not put words on a page of ours. Next may load this module once per route, so it is kept on the process.
 */
import "server-only";
import { randomUUID } from "node:crypto";

export interface Flash {
  isGood: boolean;
  text: string;
  /** What was typed, to be put right; never a password. */
  values: Readonly<Record<string, string>>;
}

const KEPT = Symbol.for("rollcall.flashes");
const MOST = 100;
const home = globalThis as { [KEPT]?: Map<string, Flash> };

/** Returns under which id it is found. */
export function putFlash(flash: Flash): string {
  home[KEPT] ??= new Map();
  const id = randomUUID();
  home[KEPT].set(id, flash);
  const [oldest] = home[KEPT].keys();
  if (home[KEPT].size > MOST && oldest !== undefined) home[KEPT].delete(oldest);
  return id;
}

/** It stays, so that a page can be loaded again. */
export function flashOf(id: string | undefined): Flash | undefined {
  return id === undefined ? undefined : home[KEPT]?.get(id);
}
