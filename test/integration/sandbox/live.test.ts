/** The whole sandbox over real sockets, as a first look starts it. */
import { expect, test } from "vitest";
import { systemClock } from "../../../collector/clock.ts";
import { dialectNamed } from "../../../collector/network/messenger/dialects.ts";
import type { ListedContact } from "../../../collector/network/messenger/events.ts";
import { HttpFailure } from "../../../collector/network/messenger/net/http.ts";
import { dialTcp } from "../../../collector/network/messenger/net/tcp.ts";
import { openSession } from "../../../collector/network/messenger/notification.ts";
import { listen } from "../../../collector/sandbox/listen.ts";
import { runPeople } from "../../../collector/sandbox/live.ts";
import { PEOPLE, sandboxAccounts } from "../../../collector/sandbox/people.ts";
import { SandboxServer } from "../../../collector/sandbox/server.ts";

test("an extra account that signs in over TCP sees everyone in their groups, and at least three signed in", async () => {
  const extra = { address: "me@example.com", password: "päss wörd" };
  const accounts = sandboxAccounts(PEOPLE, [extra], Date.now());
  const listening = await listen(new SandboxServer({ clock: systemClock, accounts }), 0);
  const server = { host: "127.0.0.1", port: listening.port };
  const people = runPeople({ server, clock: systemClock, dial: dialTcp, seed: "sandbox", lively: true });

  const roster: ListedContact[] = [];
  const around = new Set<string>();
  const enough = Promise.withResolvers<void>();
  const dialects = [dialectNamed("MSNP7") ?? expect.unreachable()];
  const parts = { clock: systemClock, dial: dialTcp, http: () => Promise.reject(new HttpFailure("there is no web")) };
  const session = openSession({ ...extra, server, dialects }, parts, (event) => {
    if (event.kind === "lists") roster.push(...event.contacts);
    if (event.kind === "presence" && event.code !== "FLN") around.add(event.address);
    if (around.size >= 3) enough.resolve();
  });
  await enough.promise;
  expect(roster.map(({ address }) => address)).toEqual([
    ...PEOPLE.map(({ address }) => address),
    "you@sandbox.example",
  ]);
  expect(roster.find(({ name }) => name === "<b>Bo</b> 🎈")?.groups).toEqual(["Family"]);
  expect(roster.find(({ name }) => name === '=SUM Söze "KS"')?.groups).toEqual(["Friends"]);

  session.close();
  expect(await session.ended).toEqual({ why: "asked" });
  await people.stop();
  await listening.close();
});
