import { expect, test } from "vitest";
import { CollectorFixture } from "../../helpers/collector-fixture.ts";
import { judge } from "../../helpers/oracle.ts";
import { actAsMessenger, RawServer } from "../../helpers/raw-server.ts";
import { TestClock } from "../../helpers/test-clock.ts";
import { query } from "../replay/scenarios.ts";

const CALM = "calm@example.com";
const TROUBLED = "troubled@example.com";

interface Row {
  address: string;
  state: string;
  reasons: string;
}

test("one account's trouble never touches the other's coverage", async () => {
  const clock = new TestClock();
  // They share a contact, who is seen differently from both sides.
  const contacts = ["bob@x.org"];
  await using calm = await RawServer.listen({
    clock,
    serve: (peer) => actAsMessenger(peer, { contacts, present: ["BSY bob@x.org Bob"] }),
  });
  await using troubled = await RawServer.listen({ clock, serve: (peer) => actAsMessenger(peer, { contacts }) });
  const accounts = [
    { address: TROUBLED, port: troubled.port },
    { address: CALM, port: calm.port },
  ];
  await using rollcall = await CollectorFixture.start({ clock, accounts });
  await clock.advance(5_000);

  troubled.peer.reset();
  await clock.advance(5_000);
  calm.peer.say("NLN AWY bob@x.org Bob");
  troubled.peer.isMuted = true;
  await clock.advance(80_000);
  troubled.peer.say("this is not Messenger at all!");
  await clock.advance(5_000);
  troubled.peer.say("OUT OTH");
  await clock.advance(30_000);
  calm.peer.say("FLN bob@x.org");
  await clock.advance(5_000);
  await rollcall.stop();

  const { databasePath } = rollcall;
  for (const [account, log] of [[CALM, calm.log] as const, [TROUBLED, troubled.log] as const]) {
    expect(judge({ databasePath, account, log }), account).toEqual([]);
  }
  const rows = query<Row>(
    databasePath,
    `SELECT a.address, a.state, group_concat(c.end_reason, ', ' ORDER BY c.id) AS reasons
     FROM account a JOIN coverage c ON c.account_id = a.id GROUP BY a.id ORDER BY a.address`,
  );
  expect(rows).toEqual([
    { address: CALM, state: "new", reasons: "stopped" },
    {
      address: TROUBLED,
      state: "stopped",
      reasons: "connection-lost, silence, connection-lost, signed-in-elsewhere",
    },
  ]);
});

test("a refused account stops alone", async () => {
  const clock = new TestClock();
  await using calm = await RawServer.listen({
    clock,
    serve: (peer) => actAsMessenger(peer, { contacts: ["bob@x.org"] }),
  });
  await using refusing = await RawServer.listen({
    clock,
    serve: (peer) =>
      actAsMessenger(peer, { contacts: [] }, (line) => {
        const [verb, trId] = line.split(" ");
        if (verb === "USR") peer.say(`911 ${trId}`);
        return verb === "USR";
      }),
  });
  const accounts = [
    { address: TROUBLED, port: refusing.port },
    { address: CALM, port: calm.port },
  ];
  await using rollcall = await CollectorFixture.start({ clock, accounts });
  await clock.advance(65_000);
  await rollcall.stop();
  expect(refusing.peers).toHaveLength(1);
  // A last ping goes out before OUT: an orderly stop loses no observed time.
  expect(judge({ databasePath: rollcall.databasePath, account: CALM, log: calm.log })).toEqual([]);
  expect(query(rollcall.databasePath, "SELECT to_ms - from_ms AS ms FROM coverage")).toEqual([{ ms: 65_000 }]);
});
