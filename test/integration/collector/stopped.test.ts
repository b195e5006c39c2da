import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { systemClock } from "../../../collector/clock.ts";
import { ADDRESS, makeFolder, putAccounts } from "../../helpers/collector-fixture.ts";
import { actAsMessenger, type Peer, RawServer } from "../../helpers/raw-server.ts";
import { until } from "../../helpers/test-clock.ts";
import { Life } from "./collector-process.ts";

test("an account that signed in elsewhere is not taken back after a crash, but is when a person starts again", async () => {
  using folder = makeFolder();
  const databasePath = join(folder.path, "rollcall.db");
  const serve = (peer: Peer) =>
    actAsMessenger(peer, { contacts: ["bob@x.org"] }, (line) => {
      if (line !== "PNG") return false;
      peer.say("QNG", "OUT OTH");
      return true;
    });
  await using server = await RawServer.listen({ clock: systemClock, serve });
  await putAccounts(databasePath, folder.path, [{ address: ADDRESS, port: server.port }], Date.now());

  const first = new Life(folder.path, databasePath);
  await until(() => stateIn(databasePath) === "stopped", "the account to be stopped");
  await first.kill();

  const second = new Life(folder.path, databasePath);
  await until(() => second.output.includes("\n"), "its first line");
  await second.end();
  expect(second.output).toContain(
    `warn ${ADDRESS}: stopped before the crash, so it is not signed in again by itself; stop Rollcall and start it again for that`,
  );
  expect(server.peers).toHaveLength(1);

  const third = new Life(folder.path, databasePath);
  await until(() => server.peers.length === 2, "the sign-in");
  await third.end();
});

function stateIn(databasePath: string): unknown {
  const db = new DatabaseSync(databasePath, { readOnly: true });
  try {
    return db.prepare("SELECT state FROM account").get()?.state;
  } finally {
    db.close();
  }
}
