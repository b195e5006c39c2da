/** The recorded gateway session, over real HTTP: the library's session understands it as it does plain TCP. */
import { expect, test } from "vitest";
import { DIALECTS } from "../../../collector/network/messenger/dialects.ts";
import type { MessengerEvent } from "../../../collector/network/messenger/events.ts";
import { dialGateway } from "../../../collector/network/messenger/net/gateway.ts";
import { createHttpClient } from "../../../collector/network/messenger/net/node-http.ts";
import { openSession } from "../../../collector/network/messenger/notification.ts";
import { expectedOf, sortOut } from "../../helpers/oracle/expected.ts";
import { ReplayGateway } from "../../helpers/replay-gateway.ts";
import { ReplayServices } from "../../helpers/replay-services.ts";
import { settle, TestClock } from "../../helpers/test-clock.ts";
import { type Conversation, readTranscript } from "../../helpers/transcript.ts";
import { throughGateway } from "../../helpers/transcript-gateway.ts";

test("what came through the recorded gateway is understood, fact by fact", async () => {
  const [gw, bob] = readTranscript("http-gateway-msnp08") as [Conversation, Conversation];
  const conversation = throughGateway(gw, bob);
  const clock = new TestClock();
  await using services = await ReplayServices.listen({ clock, current: () => conversation, served: () => undefined });
  await using gateway = await ReplayGateway.listen(conversation, { clock, heard: (one) => services.check(one) });
  const http = createHttpClient();
  using _ = { [Symbol.dispose]: () => http.close() };

  const events: MessengerEvent[] = [];
  const session = openSession(
    {
      address: "alice@example.com",
      password: "alicepw",
      server: { host: "messenger.hotmail.com", port: 1863 },
      services: services.urls,
      dialects: DIALECTS.filter(({ name }) => name === "MSNP8"),
      status: "NLN",
    },
    { clock, dial: dialGateway({ http, clock, url: gateway.url, server: "NS" }), http },
    (event) => events.push(event),
  );
  for (let turn = 0; !gateway.isPlayed; turn++) {
    if (turn > 1_000) throw new Error(`the recording does not come to its end: ${gateway.whereabouts}`);
    await clock.advance(50);
  }
  await clock.advance(3_000);
  session.close();
  await settle();
  await clock.advance(5_000);
  expect((await session.ended).why).toBe("asked");
  expect(services.findings).toEqual([]);
  expect(sortOut(events)).toEqual(expectedOf(conversation));
  expect(gateway.asked[0]).toBe("POST /gateway/gateway.dll?Action=open&Server=NS&IP=messenger.hotmail.com");
});
