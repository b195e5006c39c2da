/** The example of the library's README, run as a reader would run it: two processes and a sandbox. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import { systemClock } from "../../../collector/clock.ts";
import { listen } from "../../../collector/sandbox/listen.ts";
import { SandboxServer } from "../../../collector/sandbox/server.ts";
import { until } from "../../helpers/test-clock.ts";

const EXAMPLE = fileURLToPath(new URL("../../../collector/network/messenger/example.ts", import.meta.url));
const ALICE = "alice@example.com";
const BOB = "bob@example.com";

const runs: Run[] = [];

afterEach(() => {
  for (const run of runs.splice(0)) run.kill();
});

class Run {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #exit: Promise<unknown[]>;
  said = "";

  constructor(...args: string[]) {
    this.#child = spawn(process.execPath, [EXAMPLE, ...args]);
    this.#exit = once(this.#child, "close");
    runs.push(this);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.said += text;
      });
    }
  }

  says(text: string): Promise<void> {
    return until(() => this.said.includes(text), `"${text}" in:\n${this.said}`, 20_000);
  }

  type(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  async end(): Promise<unknown> {
    this.#child.stdin.end();
    return (await this.#exit)[0];
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  async interrupt(): Promise<unknown> {
    this.#child.kill("SIGINT");
    return this.end();
  }
}

function account(address: string, other: string) {
  return { address, password: "secret", name: address, contacts: [{ address: other, groups: ["Friends"] }] };
}

it("signs in, lists contacts with their statuses, holds a conversation and signs out", async () => {
  const server = new SandboxServer({ clock: systemClock, accounts: [account(ALICE, BOB), account(BOB, ALICE)] });
  const listening = await listen(server, 0);
  const here = `127.0.0.1:${listening.port}`;
  try {
    const bob = new Run(here, BOB, "secret", "--dialect", "MSNP12");
    await bob.says(`FLN  ${ALICE}`);
    const alice = new Run(here, ALICE, "secret", "--talk-to", BOB);
    await alice.says(`NLN  ${BOB} <${BOB}> Friends`);
    alice.type("hello é");
    await alice.says(`${BOB}: you said: hello é`);
    alice.type("/nudge");
    await bob.says(`${ALICE} nudges you`);
    expect(await alice.end()).toBe(0);
    expect(alice.said).toContain("speaking MSNP18");
    expect(alice.said).toContain("the session is over: signed out");
    await bob.says(`${ALICE} has left`);
    await bob.says(`* ${ALICE} is FLN`);
    expect(await bob.interrupt()).toBe(0);
    const refused = new Run(here, ALICE, "wrong");
    expect(await refused.end()).toBe(1);
    expect(refused.said).toMatch(/^the session is over: .*refused/);
    const confused = new Run(here);
    expect(await confused.end()).toBe(2);
    expect(confused.said).toMatch(/^usage: /);
  } finally {
    await listening.close();
  }
});
