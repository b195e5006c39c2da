import { expect, test } from "vitest";
import { systemClock } from "../../../collector/clock.ts";
import { DIALECTS, dialectNamed } from "../../../collector/network/messenger/dialects.ts";
import { createHttpClient } from "../../../collector/network/messenger/net/node-http.ts";
import { dialTcp } from "../../../collector/network/messenger/net/tcp.ts";
import { openSession } from "../../../collector/network/messenger/notification.ts";
import { startConversation } from "../../../collector/network/messenger/switchboard/conversation.ts";
import { listen } from "../../../collector/sandbox/listen.ts";
import { runPeople } from "../../../collector/sandbox/live.ts";
import { PEOPLE, sandboxAccounts, WATCHER } from "../../../collector/sandbox/people.ts";
import { SandboxServer } from "../../../collector/sandbox/server.ts";
import { until } from "../../helpers/test-clock.ts";

test.each(["MSNP7", "MSNP11", "MSNP18"])("a made-up person answers whoever writes to them, once (%s)", async (name) => {
  const accounts = sandboxAccounts(PEOPLE, [], Date.now());
  const listening = await listen(new SandboxServer({ clock: systemClock, accounts }), 0);
  const server = { host: "127.0.0.1", port: listening.port };
  const people = runPeople({ server, clock: systemClock, dial: dialTcp, seed: "sandbox", lively: true });
  const http = createHttpClient();
  const dialect = dialectNamed(name) ?? DIALECTS[0];
  if (!dialect) throw new Error("there are no dialects");

  const around: string[] = [];
  const ready = Promise.withResolvers<void>();
  const { address, password } = WATCHER;
  const session = openSession(
    { address, password, server, dialects: [dialect], status: "NLN", place: { id: PLACE, name: "here" } },
    { clock: systemClock, dial: dialTcp, http },
    (event) => {
      if (event.kind === "presence" && event.code !== "FLN") around.push(event.address);
      if (event.kind === "snapshot-complete") ready.resolve();
    },
  );
  await ready.promise;
  await until(() => around.length > 0, "somebody who is there");
  const friend = around[0] as string;

  const answers: string[] = [];
  const answered = Promise.withResolvers<void>();
  const conversation = startConversation(
    {
      own: { address, placeId: PLACE },
      dialect,
      request: (options) => session.requestSwitchboard(options),
      invite: [friend],
    },
    { clock: systemClock, dial: dialTcp },
    (event) => {
      if (event.kind !== "text") return;
      answers.push(`${event.from}: ${event.text}`);
      answered.resolve();
    },
  );
  expect(await conversation.sendText("Hello?", { receipt: true })).toMatchObject({ outcome: "delivered" });
  await answered.promise;
  expect(await conversation.sendText("And now?", { receipt: true })).toMatchObject({ outcome: "delivered" });
  expect(answers).toEqual([expect.stringContaining(`${friend}: Hello! I am one of the sandbox's made-up people`)]);

  conversation.leave();
  session.close();
  expect(await session.ended).toEqual({ why: "asked" });
  http.close();
  await people.stop();
  await listening.close();
});

const PLACE = "{11111111-1111-1111-1111-111111111111}";
