/** All the made-up people at once, each with a connection of their own. */
import { Life, type LifeDeps } from "./life.ts";
import { keepLively } from "./lively.ts";
import { PEOPLE, type Person } from "./people.ts";

export interface RunningPeople {
  /** Somebody who was not there from the start; the server must know the account. */
  add(person: Person): void;
  /** Signs everyone out; resolves when all connections are closed. */
  stop(): Promise<void>;
}

export interface PeopleOptions extends LifeDeps {
  /** Add short changes of mind, so that a newcomer at the page sees something happen within seconds. */
  lively: boolean;
  /** Everyone, unless given. */
  people?: readonly Person[];
}

/** They come and go by their routines, and come back by themselves when the server was away. */
export function runPeople(options: PeopleOptions): RunningPeople {
  const { server, clock, dial, seed } = options;
  const lives = new Set<Life>();
  const add = (person: Person) => void lives.add(new Life(person, { server, clock, dial, seed }));
  for (const person of options.people ?? PEOPLE) add(person);
  const lively = options.lively ? keepLively(lives, clock, seed) : undefined;
  return {
    add,
    async stop() {
      lively?.cancel();
      await Promise.all([...lives].map((life) => life.stop()));
    },
  };
}
