/** Sign-ins that are tried on a user's wish, while the collector records others. */
import { expect, test } from "vitest";
import { systemClock } from "../../../collector/clock.ts";
import { answerOf, askFor, carryOut, SIGN_IN_TEST } from "../../../db/keep/requests.ts";
import { askForTest } from "../../../db/keep/sign-in-tests.ts";
import { openForWords } from "../../../db/open.ts";
import { sealPassword } from "../../../db/settings/sealing.ts";
import { ADDRESS, CollectorFixture } from "../../helpers/collector-fixture.ts";
import { actAsMessenger, type Peer, RawServer } from "../../helpers/raw-server.ts";

/** Lets alice and bob in by their passwords, and nobody else. */
function serve(peer: Peer): void {
  actAsMessenger(peer, { contacts: ["kai@x.org", "lea@x.org"] });
}

/** Refuses whoever shows a password. */
function refuse(peer: Peer): void {
  actAsMessenger(peer, { contacts: [] }, (line) => {
    const [, trid = ""] = /^USR (\d+) MD5 S /.exec(line) ?? [];
    if (trid === "") return false;
    peer.say(`911 ${trid}`);
    return true;
  });
}

async function ask(rollcall: CollectorFixture, address: string, port: number, network = "messenger") {
  const db = openForWords(rollcall.databasePath);
  try {
    const sealed = await sealPassword(db, rollcall.folder, "secret");
    const id = askForTest(db, { network, address, host: "127.0.0.1", port, options: {} }, sealed, Date.now());
    await expect.poll(() => answerOf(db, id)?.state, { timeout: 10_000 }).toBe("done");
    expect(db.prepare("SELECT params FROM request WHERE id = ?").pluck().get(id)).toBe("{}");
    return answerOf(db, id)?.answer;
  } finally {
    db.close();
  }
}

test("a sign-in is tried and answered, and neither recorded nor a trouble to the account that is", async () => {
  await using server = await RawServer.listen({ clock: systemClock, serve });
  await using stern = await RawServer.listen({ clock: systemClock, serve: refuse });
  await using odd = await RawServer.listen({
    clock: systemClock,
    serve: (peer) => peer.say("HTTP/1.1 400 Bad Request"),
  });
  await using rollcall = await CollectorFixture.start({ clock: systemClock, accounts: [{ port: server.port }] });

  expect(await ask(rollcall, "bob@example.com", server.port)).toEqual({
    came: "in",
    message: `bob@example.com can sign in at 127.0.0.1:${server.port} and has 2 contacts there`,
  });
  expect(await ask(rollcall, "bob@example.com", stern.port)).toEqual({
    came: "refused",
    message: expect.stringMatching(/refused the address or password of bob@example\.com/),
  });
  expect(await ask(rollcall, "bob@example.com", 1)).toEqual({
    came: "lost",
    message: "127.0.0.1:1 refused the connection: check the port (1863 is usual) and that the server is up",
  });
  expect(await ask(rollcall, "bob@example.com", odd.port)).toMatchObject({ came: "lost" });
  expect(await ask(rollcall, "bob@example.com", server.port, "carrier-pigeon")).toMatchObject({
    came: "refused",
    message: 'this version does not know the network "carrier-pigeon"',
  });
  expect(await ask(rollcall, ADDRESS.toUpperCase(), server.port)).toMatchObject({ came: "recorded" });

  await rollcall.stop();
  // The recorded one, and the one that was tried.
  expect(server.peers).toHaveLength(2);
  const db = openForWords(rollcall.databasePath);
  expect(db.prepare("SELECT address FROM account").pluck().all()).toEqual([ADDRESS]);
  expect(db.prepare("SELECT count(DISTINCT account_id) FROM coverage").pluck().get()).toBe(1);
  db.close();
});

test("what is no test, or waited for a collector for too long, is answered with that", async () => {
  await using server = await RawServer.listen({ clock: systemClock, serve });
  await using rollcall = await CollectorFixture.start({ clock: systemClock, accounts: [{ port: server.port }] });
  const db = openForWords(rollcall.databasePath);
  const account = {
    network: "messenger",
    address: "bob@example.com",
    host: "127.0.0.1",
    port: server.port,
    options: {},
  };
  const ids = [
    askForTest(db, account, Buffer.from("sealed"), Date.now() - 120_000),
    askFor(db, SIGN_IN_TEST, { account: "me" }, Date.now()),
  ];
  const errors = () => ids.map((id) => answerOf(db, id)?.answer.error);
  await expect
    .poll(errors, { timeout: 10_000 })
    .toEqual(["no collector was there to try it", "it asks for no sign-in that can be tried"]);
  db.close();
});

test("other requests do not wait for a test, and nobody else carries it out", async () => {
  await using server = await RawServer.listen({ clock: systemClock, serve });
  await using rollcall = await CollectorFixture.start({ clock: systemClock, accounts: [{ port: server.port }] });
  await rollcall.stop();
  const db = openForWords(rollcall.databasePath);
  const account = { network: "messenger", address: "bob@example.com", host: "127.0.0.1", port: 1, options: {} };
  const test = askForTest(db, account, Buffer.from("sealed"), Date.now());
  const other = await carryOut(db, askFor(db, "exclude", { pattern: "*@x.org" }, Date.now()), Date.now());
  expect(other.state).toBe("done");
  expect(answerOf(db, test)?.state).toBe("asked");
  db.close();
});
