/** Facts may repeat to the letter; then the first is told from the second by its place. */
export class Occurrences {
  readonly #counts = new Map<string, number>();
  readonly #last = new Map<string, { group: number; atMs: number; count: number }>();

  /** How often this key has come before. */
  next(key: string): number {
    const count = this.#counts.get(key) ?? 0;
    this.#counts.set(key, count + 1);
    return count;
  }

  /** The same for keys that come in a row, as instants do: only the last one of each series is remembered. */
  nextAt(series: string, group: number, atMs: number): number {
    const last = this.#last.get(series);
    if (last && last.group === group && last.atMs === atMs) return ++last.count;
    this.#last.set(series, { group, atMs, count: 0 });
    return 0;
  }
}
