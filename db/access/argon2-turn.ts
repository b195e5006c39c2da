/** Each password that is checked takes 19 MiB and a core for a moment. However many ask, only so many get their turn. */

const AT_ONCE = 2;
const MOST_WAITING = 8;

/** Too many passwords are being checked; nothing was checked. */
export class TooBusy extends Error {
  override readonly name = "TooBusy";
}

interface Turns {
  running: number;
  waiting: (() => void)[];
}

/** Next may load this module once per route, so they are counted on the process. */
const KEPT = Symbol.for("rollcall.argon2-turns");
const home = globalThis as { [KEPT]?: Turns };

/** Does the work when it is its turn. Throws TooBusy at once when too many wait already. */
export async function argon2Turn<T>(work: () => Promise<T>): Promise<T> {
  home[KEPT] ??= { running: 0, waiting: [] };
  const turns = home[KEPT];
  if (turns.running >= AT_ONCE) {
    if (turns.waiting.length >= MOST_WAITING) throw new TooBusy("too many passwords are being checked");
    // Whoever is done hands over the place, so that `running` never falls in between.
    await new Promise<void>((go) => turns.waiting.push(go));
  } else turns.running++;
  try {
    return await work();
  } finally {
    const next = turns.waiting.shift();
    if (next) next();
    else turns.running--;
  }
}
