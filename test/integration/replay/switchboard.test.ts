/**
 * The recorded switchboards as a session comes to them: rings are answered and switchboards requested over the recorded
 * notification connection, and what was said on them is understood.
 */
import { expect, test } from "vitest";
import type { MessengerEvent, Ring } from "../../../collector/network/messenger/events.ts";
import { dialTcp } from "../../../collector/network/messenger/net/tcp.ts";
import {
  answerRing,
  type Conversation as Held,
  startConversation,
} from "../../../collector/network/messenger/switchboard/conversation.ts";
import type { ConversationEvent } from "../../../collector/network/messenger/switchboard/events.ts";
import { type Talk, talkOf } from "../../helpers/oracle/talk.ts";
import { replaySession, type Scene } from "../../helpers/replay-session.ts";
import { type ClientStep, type Conversation, RECORDINGS, readTranscript } from "../../helpers/transcript.ts";

const PLACE = "{22222222-2222-2222-2222-222222222222}";

for (const name of RECORDINGS.filter((one) => /-switchboard$/.test(one))) {
  const recorded = readTranscript(name);
  const find = (who: string) => recorded.find((one) => one.who === who) as Conversation;
  const dialect = Number(find("alice").dialect.slice(4));
  const parts = ({ clock }: Scene) => ({ clock, dial: dialTcp });
  const own = (address: string) => ({
    own: { address, ...(dialect >= 16 ? { placeId: PLACE } : {}) },
    dialect: { number: dialect },
  });

  test(`${name}: each ring leads to the conversation that it rang for`, async () => {
    const bob = find("bob");
    const switchboards = [find("bobSB"), find("bobSB4")];
    const held: { conversation: Held; events: ConversationEvent[] }[] = [];
    const { findings, heard } = await replaySession(bob, {
      switchboards,
      act: async (scene) => {
        for (const [at, switchboard] of switchboards.entries()) {
          const ring = await waitFor(scene, () => ringsIn(scene.events)[at]);
          const events: ConversationEvent[] = [];
          const request = () => scene.session.requestSwitchboard();
          const options = { ...own(bob.address), request };
          const conversation = answerRing(ring, options, parts(scene), (event) => events.push(event));
          held.push({ conversation, events });
          for (const { text } of repliesIn(switchboard)) {
            await waitFor(scene, () => events.filter(({ kind }) => kind === "text").length >= 2 || undefined);
            await scene.clock.advance(100);
            void conversation.sendText(text, { receipt: true });
          }
          await waitFor(scene, () => tell(events).length >= talkOf(switchboard).length || undefined);
          conversation.leave();
          await scene.clock.advance(100);
        }
      },
    });
    expect(findings).toEqual([]);
    expect(held.map(({ events }) => tell(events))).toEqual(switchboards.map(talkOf));
    const answers = heard.flatMap(({ line }) => (line.startsWith("ANS ") ? [withoutPlace(line)] : []));
    expect(answers).toEqual(switchboards.map((one) => withoutPlace(firstLine(one))));
  });

  test(`${name}: each request leads to a switchboard, and whoever is called joins or does not`, async () => {
    const alice = find("alice");
    const switchboards = [find("aliceSB"), find("aliceSB4")];
    const told: Talk[][] = [];
    const { findings, heard } = await replaySession(alice, {
      switchboards,
      driven: ["XFR"],
      skips: isNotOurs(alice, switchboards),
      act: async (scene) => {
        await waitFor(scene, () => scene.events.find(({ kind }) => kind === "snapshot-complete"));
        for (const switchboard of switchboards) {
          const events: ConversationEvent[] = [];
          const request = () => scene.session.requestSwitchboard();
          const options = { ...own(alice.address), request, invite: calledIn(switchboard) };
          const conversation = startConversation(options, parts(scene), (event) => events.push(event));
          await waitFor(scene, () => conversation.participants[0]);
          const isFirst = told.length === 0;
          if (isFirst) {
            conversation.sendTyping();
            void conversation.sendText("hello N é");
            void conversation.sendText("hello A", { receipt: true });
            await waitFor(scene, () => events.find(({ kind }) => kind === "text"));
            void conversation.sendText("x".repeat(1_551), { receipt: true });
            await waitFor(scene, () => events.find(({ kind }) => kind === "left"));
          }
          told.push(tell(events));
          conversation.leave();
          await scene.clock.advance(100);
        }
      },
    });
    expect(findings).toEqual([]);
    // To an empty switchboard our client says nothing: what the recorded one said there is not acknowledged.
    const expected = switchboards
      .map(talkOf)
      .map((talk) => talk.slice(0, 1 + talk.findIndex(({ kind }) => kind === "left") || talk.length));
    expect(told).toEqual(expected);
    const cookies = heard.flatMap(({ line, conversation }) =>
      conversation.server === "switchboard" && line.startsWith("USR ") ? [withoutPlace(line)] : [],
    );
    expect(cookies).toEqual(switchboards.map((one) => withoutPlace(firstLine(one))));
  });
}

/** Recorded requests that were refused, invitations of who is there, and words to nobody: ours sends none of them. */
function isNotOurs({ steps }: Conversation, switchboards: readonly Conversation[]): (step: ClientStep) => boolean {
  return (step) => {
    if (step.verb === "XFR") {
      const answer = steps.find((one) => one.kind === "server" && one.trId === step.trId);
      return answer?.kind !== "server" || answer.verb !== "XFR" || isHidden(steps, step);
    }
    if (step.verb === "CAL") return /^CAL 9 /.test(step.line);
    const here = switchboards.find((one) => one.steps.includes(step))?.steps ?? [];
    const emptied = here.findIndex((one) => one.kind === "server" && one.verb === "BYE");
    return step.verb === "MSG" && emptied >= 0 && here.indexOf(step) > emptied;
  };
}

/** The last request was made while hidden, and led nowhere. */
function isHidden(steps: Conversation["steps"], step: ClientStep): boolean {
  return steps.slice(0, steps.indexOf(step)).some((one) => one.kind === "client" && one.line.includes(" HDN"));
}

function tell(events: readonly ConversationEvent[]): Talk[] {
  return events.flatMap((event): Talk[] => {
    switch (event.kind) {
      case "joined": {
        const { address, name, capabilities } = event.participant;
        return [{ kind: "joined", address, name, capabilities: capabilities?.raw }];
      }
      case "left":
        return [{ kind: "left", address: event.address }];
      case "not-joined":
        return [
          { kind: "not-joined", address: event.address, code: "code" in event.outcome ? event.outcome.code : "" },
        ];
      case "text":
        return [{ kind: "text", from: event.from, name: event.name, text: event.text }];
      case "typing":
        return [{ kind: "typing", from: event.from }];
      case "mime":
        return [{ kind: "mime", from: event.from, contentType: event.contentType }];
      case "delivered":
        return [{ kind: "delivered" }];
      default:
        return [];
    }
  });
}

function ringsIn(events: readonly MessengerEvent[]): Ring[] {
  return events.flatMap((event) => (event.kind === "ring" ? [event.ring] : []));
}

function calledIn({ steps }: Conversation): string[] {
  const called = steps.flatMap((step) =>
    step.kind === "client" && step.verb === "CAL" ? [step.line.split(" ")[2] ?? ""] : [],
  );
  return [...new Set(called)];
}

function repliesIn({ steps }: Conversation): { text: string }[] {
  return steps.flatMap((step) => {
    if (step.kind !== "client" || step.verb !== "MSG") return [];
    return [{ text: step.bytes.toString("utf8").split("\r\n\r\n")[1] ?? "" }];
  });
}

function firstLine({ steps }: Conversation): string {
  const first = steps.find((step) => step.kind === "client");
  return first?.kind === "client" ? first.line : "";
}

/** Each client has a place of its own. */
function withoutPlace(line: string): string {
  return line.replace(/;\{[^}]*\}/, ";{place}");
}

async function waitFor<T>({ clock, server }: Scene, look: () => T | undefined): Promise<T> {
  for (let turn = 0; turn < 600; turn++) {
    const found = look();
    if (found !== undefined) return found;
    await clock.advance(100);
  }
  throw new Error(`waited in vain: ${server.whereabouts}`);
}
