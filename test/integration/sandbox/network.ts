/** The sandbox as the recorded server was when a recording began. */
import { systemClock } from "../../../collector/clock.ts";
import type { AccountSpec } from "../../../collector/sandbox/directory.ts";
import { type Listening, listen } from "../../../collector/sandbox/listen.ts";
import { SandboxServer } from "../../../collector/sandbox/server.ts";
import type { Conversation, Step } from "../../helpers/transcript.ts";

/** The sandbox, which is stopped and started again where a recording says so. */
export class Network {
  readonly #name: string;
  #listening: Listening;

  static async open(name: string): Promise<Network> {
    return new Network(name, await start(name));
  }

  private constructor(name: string, listening: Listening) {
    this.#name = name;
    this.#listening = listening;
  }

  get ports(): Listening {
    return this.#listening;
  }

  async note(text: string): Promise<void> {
    if (text.startsWith("-- kill") || text.startsWith("kill")) await this.#listening.close();
    if (text === "server started again") this.#listening = await start(this.#name);
  }

  close(): Promise<void> {
    return this.#listening.close();
  }
}

function start(name: string): Promise<Listening> {
  const server = new SandboxServer({ clock: systemClock, accounts: accountsBefore(name) });
  // Bob's new name had not reached others' lists.
  for (const who of ["alice", "carol", "logger"])
    server.directory
      .account(`${who}@example.com`)
      ?.aliases.set("bob@example.com", isSecondRestart(name) ? "Bob" : "Bob B");
  return listen(server, 0);
}

/** The first one had ended with Alice on two of Bob's lists, and with Bob under another name on hers. */
function isSecondRestart(name: string): boolean {
  return name.endsWith("SIGKILL");
}

/**
 * Peculiar to the recorded server: a lone empty line wedges its connection, and the PNG after it stays unanswered. And
 * the last thing in two recordings is that the server goes down for good.
 */
export function isLeftOut(step: Step, { steps }: Conversation): boolean {
  const isEmptyLine = (one: Step | undefined) => one?.kind === "client-bytes" && one.bytes.toString() === "\r\n";
  const before = steps.slice(0, steps.indexOf(step)).findLast(({ kind }) => kind !== "server");
  if (isEmptyLine(step) || (isEmptyLine(before) && step.kind === "client")) return true;
  const lastSaid = before?.kind === "client" ? before.verb : "";
  return step.kind === "server-closes" && /^(REM|ADD)$/.test(lastSaid);
}

/** What the recorded server knew when a scene began: each dialect's first one changed Bob, and later ones found him so. */
function accountsBefore(name: string): AccountSpec[] {
  const isLater = /^msnp/.test(name) && !/presence|restart/.test(name);
  const media = "\\0Music\\01\\0{0} - {1}\\0Song\\0Artist\\0Album\\0\\0";
  const bob = isLater ? { name: "Bob É renamed%20x", currentMedia: media } : { name: "Bob B" };
  const blocked = isSecondRestart(name) ? ["carol@example.com", "alice@example.com"] : ["carol@example.com"];
  return [
    person("alice", { name: "Alice A" }, "bob/Friends", "carol/Work mates", "dave", "logger"),
    person("bob", { ...bob, blocked }, "alice", "logger"),
    person("carol", { name: "Carol C", noted: ["bob@example.com"] }, "alice", "logger"),
    person("dave", { name: "Dave D" }, "alice", "logger"),
    person("logger", { name: "Logger" }, "alice", "bob", "carol", "dave"),
  ];
}

function person(who: string, spec: Partial<AccountSpec> & { name: string }, ...contacts: string[]): AccountSpec {
  return {
    address: `${who}@example.com`,
    password: `${who}pw`,
    contacts: contacts.map((contact) => {
      const [address = "", group] = contact.split("/");
      return { address: `${address}@example.com`, groups: group ? [group] : [] };
    }),
    ...spec,
  };
}
