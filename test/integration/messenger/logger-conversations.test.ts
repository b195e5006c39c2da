/** Conversations that a visible logger is drawn into, over real sockets on a clock that stands still. */
import { expect, test } from "vitest";
import { DIALECTS } from "../../../collector/network/messenger/dialects.ts";
import { dialTcp } from "../../../collector/network/messenger/net/tcp.ts";
import type { ContactActivity } from "../../../collector/network/messenger/switchboard/activity.ts";
import { Conversations } from "../../../collector/network/messenger-conversations.ts";
import { SmallSwitchboard } from "../../helpers/small-switchboard.ts";
import { settle, TestClock } from "../../helpers/test-clock.ts";

const MINUTE_MS = 60_000;

async function until(isTrue: () => boolean): Promise<void> {
  for (let turn = 0; !isTrue() && turn < 400; turn++) await settle();
}

test("a logger stays for five minutes after the last word, notes who was active, and says nothing", async () => {
  const clock = new TestClock();
  await using switchboard = await SmallSwitchboard.listen({ people: {}, door: "nothing" });
  const noted: ContactActivity[] = [];
  const dialect = DIALECTS.find(({ number }) => number === 12) as (typeof DIALECTS)[number];
  const request = () => Promise.reject(new Error("a logger calls nobody"));
  const conversations = new Conversations(
    { own: { address: "me@x.com" }, dialect, request },
    { clock, dial: dialTcp },
    (activity) => noted.push(activity),
  );
  conversations.answer({ ...switchboard.ticket(), sessionId: "7", caller: "bob@x.com", callerName: "Bob" });
  await until(() => switchboard.boards[0]?.heard.length === 1);
  const { board } = switchboard;
  board.say("IRO 1 1 1 bob@x.com Bob", "ANS 1 OK");
  board.sayText("bob@x.com Bob", "hello?");
  await until(() => noted.length === 1);

  await clock.advance(4 * MINUTE_MS);
  expect(board.isGone).toBe(false);
  board.sayText("bob@x.com Bob", "still there?");
  await until(() => noted.length === 2);
  await clock.advance(4 * MINUTE_MS);
  expect(board.isGone).toBe(false);
  await clock.advance(2 * MINUTE_MS);
  await until(() => board.isGone);
  expect(board.heard).toEqual(["ANS 1 me@x.com ticket.1 7", "OUT"]);
  expect(noted.map(({ address, did }) => `${address} ${did}`)).toEqual(["bob@x.com message", "bob@x.com message"]);
});
