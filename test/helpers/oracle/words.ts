/** Words for findings. */
import type { Recorded } from "./history.ts";
import type { Status } from "./wire.ts";

export function word({ status, raw }: Status): string {
  return `${status} (${raw})`;
}

export function describe({ address, atMs, isBaseline, ...said }: Recorded): string {
  return `${address} ${isBaseline ? "first heard of as" : "becoming"} ${word(said)} at ${clock(atMs)}`;
}

export function spell({ fromMs, toMs }: { fromMs: number; toMs: number | null }): string {
  return `[${clock(fromMs)}, ${toMs === null ? "…" : clock(toMs)})`;
}

export function clock(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 23);
}
