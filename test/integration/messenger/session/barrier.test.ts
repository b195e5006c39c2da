/** What is told when: the snapshot's barrier, the lists before everything about contacts, and nothing out of order. */
import { expect, test } from "vitest";
import { type Answer, actAs, book, serveHand } from "../../../helpers/hand-server.ts";
import { HandSession } from "../../../helpers/hand-session.ts";
import { type Peer, RawServer } from "../../../helpers/raw-server.ts";
import { TestClock } from "../../../helpers/test-clock.ts";

type Handle = (line: string, peer: Peer, payload: Buffer | undefined) => boolean;

interface Stage {
  dialect: number;
  handle?: Handle;
  answer?: Answer;
  snapshot?: readonly string[];
}

async function onStage(
  { dialect, handle = () => false, answer, snapshot = [] }: Stage,
  act: (scene: HandSession, server: RawServer, asked: readonly string[]) => Promise<void>,
): Promise<void> {
  const clock = new TestClock();
  const services = await serveHand(answer);
  const serve = (peer: Peer) =>
    actAs(peer, { dialect, snapshot, handle: (line, payload) => handle(line, peer, payload) });
  await using server = await RawServer.listen({ clock, serve });
  await using scene = new HandSession({ port: server.port, clock, services: services.urls, dialects: [dialect] });
  await act(scene, server, services.asked);
}

for (const dialect of [2, 7, 8, 11, 12, 13, 15, 16, 18]) {
  test(`MSNP${dialect}: the snapshot is complete at the ping's answer, however late what is before it comes`, async () => {
    const withoutPong: Handle = (line) => line === "PNG";
    await onStage({ dialect, handle: withoutPong }, async (scene, server) => {
      await scene.until(() => server.peers[0]?.heard.includes("PNG") ?? false, "the ping");
      // Right behind the first status, and nothing between them.
      expect(server.peer.heard.at(-2)).toMatch(/^CHG \d+ HDN/);
      await scene.clock.advance(5_000);
      const presence =
        dialect < 14 ? "NLN BSY bob@x.com Bob" : dialect < 18 ? "NLN BSY bob@x.com 1 Bob" : "NLN BSY 1:bob@x.com Bob";
      server.peer.say(presence);
      await scene.until(() => scene.words.includes("presence bob@x.com BSY"), "the presence");
      expect(scene.isWatching()).toBe(false);
      server.peer.say("QNG");
      await scene.watching();
      expect(scene.words.slice(-3)).toEqual(["presence bob@x.com BSY", "snapshot-complete", "pong"]);
    });
  });

  test(`MSNP${dialect}: a status that the server ignored is no snapshot`, async () => {
    await onStage({ dialect, handle: (line) => line.startsWith("CHG") }, async (scene) => {
      await scene.over();
      expect(scene.isWatching()).toBe(false);
      expect(scene.message).toBe("the server answered the ping but not our first status");
    });
  });
}

test("a refused first status is a reason to try an older dialect, and no snapshot", async () => {
  const refuse: Handle = (line, peer) => {
    if (!line.startsWith("CHG")) return false;
    peer.say(`201 ${line.split(" ")[1]}`);
    return true;
  };
  await onStage({ dialect: 18, handle: refuse }, async (scene) => {
    await scene.over();
    expect(scene.message).toBe("the server answered CHG with error 201 (an invalid parameter)");
    expect(scene.isWatching()).toBe(false);
  });
});

test("what is said of others before the lists waits for them; our own echo does not", async () => {
  const early: Handle = (line, peer) => {
    if (!/^USR \d+ SSO S/.test(line)) return false;
    peer.say(`USR ${line.split(" ")[1]} OK me@x.com 1 0`);
    peer.say("NLN HDN 1:me@x.com My%20Name 2684354592:48 0", "NLN AWY 1:bob@x.com Bob 2684354592:48 0");
    peer.say("UBX 1:bob@x.com 53\r\n<Data><PSM></PSM><CurrentMedia></CurrentMedia></Data>");
    return true;
  };
  await onStage({ dialect: 18, handle: early }, async (scene) => {
    await scene.watching();
    expect(scene.words).toEqual([
      "signed-in",
      "own-presence HDN My Name",
      "own-name My Name",
      "lists",
      "presence bob@x.com AWY",
      "details bob@x.com",
      "own-presence HDN",
      "snapshot-complete",
      "pong",
    ]);
    // What waited is told when the lists are there, so that instants never run backwards.
    const instants = scene.events.map(({ monotonicMs }) => monotonicMs);
    expect(instants).toEqual([...instants].sort((a, b) => a - b));
  });
});

test("the first status waits until every ADL is acknowledged", async () => {
  const many = Array.from({ length: 320 }, (_, index) => `person${index}@x.com`);
  const answer: Answer = ({ path }, response) => {
    if (path === "ABFindAll") response.end(book(path, ...many));
    return path === "ABFindAll";
  };
  let held: string | undefined;
  const holdThird: Handle = (line) => {
    if (!/^ADL 7 /.test(line)) return false;
    held = line;
    return true;
  };
  await onStage({ dialect: 15, answer, handle: holdThird }, async (scene, server) => {
    await scene.until(() => held !== undefined, "the third ADL");
    expect(server.peer.heard.filter((line) => line.startsWith("ADL"))).toHaveLength(3);
    expect(server.peer.heard.some((line) => line.startsWith("CHG"))).toBe(false);
    expect(scene.words).not.toContain("lists");
    server.peer.say("ADL 7 OK");
    await scene.watching();
    expect(scene.isWatching()).toBe(true);
  });
});

test("whoever an ADL error names is dropped from the lists, and the others are told once more", async () => {
  const refused: string[] = [];
  const refuse: Handle = (line, peer, payload) => {
    const [verb, trId] = line.split(" ");
    if (verb !== "ADL" || !payload?.includes('n="nobody"')) return false;
    refused.push(payload.toString());
    const names = '<ml><d n="x.com"><c n="nobody" t="1"/></d></ml>';
    peer.say(`208 ${trId} ${names.length}\r\n${names}`);
    return true;
  };
  const answer: Answer = ({ path }, response) => {
    if (path === "ABFindAll") response.end(book(path, "nobody@x.com"));
    return path === "ABFindAll";
  };
  await onStage({ dialect: 15, answer, handle: refuse }, async (scene) => {
    await scene.watching();
    expect(refused).toHaveLength(1);
    const lists = scene.told.find(({ kind }) => kind === "lists") as unknown as { contacts: { address: string }[] };
    expect(lists.contacts.map(({ address }) => address)).toEqual(["bob@x.com", "zoe@x.com"]);
  });
});

test("an ADL error that names nobody is narrowed down, and never ends the sign-in", async () => {
  let refusals = 0;
  const refuse: Handle = (line, peer, payload) => {
    if (!line.startsWith("ADL") || !payload?.includes('n="odd"')) return false;
    refusals++;
    peer.say(`241 ${line.split(" ")[1]}`);
    return true;
  };
  const people = Array.from({ length: 20 }, (_, index) => `person${index}@x.com`);
  const answer: Answer = ({ path }, response) => {
    if (path === "ABFindAll") response.end(book(path, ...people, "odd@x.com"));
    return path === "ABFindAll";
  };
  await onStage({ dialect: 15, answer, handle: refuse }, async (scene) => {
    await scene.watching();
    expect(scene.isWatching()).toBe(true);
    expect(refusals).toBeLessThan(10);
    const lists = scene.told.find(({ kind }) => kind === "lists") as unknown as { contacts: { address: string }[] };
    expect(lists.contacts.map(({ address }) => address)).toContain("person7@x.com");
    expect(lists.contacts.map(({ address }) => address)).not.toContain("odd@x.com");
  });
});

test("a challenge is answered at once, in every dialect, before the barrier and after", async () => {
  for (const [dialect, answer] of [
    [7, "8f2f5a91b72102cd28355e9fc9000d6e"],
    [15, "521fdf1c2586c53b01b2b2653dc9085f"],
    [18, "9cb1df88322e338f23c67780a2ff14e1"],
  ] as const) {
    const answers: string[] = [];
    const listen: Handle = (line, peer, payload) => {
      if (line.startsWith("QRY")) answers.push(`${payload}`);
      if (line.startsWith("CHG")) peer.say("CHL 0 15570131571988941333");
      return line.startsWith("QRY");
    };
    await onStage({ dialect, handle: listen }, async (scene, server) => {
      await scene.watching();
      server.peer.say("CHL 0 15570131571988941333");
      await scene.until(() => answers.length === 2, "two answers");
      expect(answers).toEqual([answer, answer]);
    });
  }
});

test("what a server adds of its own is passed over, and unknown states are passed on as they are", async () => {
  await onStage({ dialect: 18 }, async (scene, server) => {
    await scene.watching();
    server.peer.say(
      "ZZZ 1 2 3",
      "NFY PUT 3\r\nabc",
      "UBN bob@x.com 3 2\r\nhi",
      "999 42",
      "URL 1 2 3",
      "NLN XYZ 1:bob@x.com Bob",
    );
    await scene.until(() => scene.words.at(-1) === "presence bob@x.com XYZ", "the presence");
    expect(scene.words.at(-2)).toBe("pong");
  });
});

test("the server's own messages: maintenance, and messages that were left; other people's are not the server's", async () => {
  const message = (from: string, type: string, body: string) => {
    const text = `MIME-Version: 1.0\r\nContent-Type: ${type}\r\n\r\n${body}`;
    return `MSG ${from} ${Buffer.byteLength(text)}\r\n${text}`;
  };
  const md = "<MD><M><T>11</T><E>bob@x.com</E><I>id-1</I><N>=?utf-8?B?Qm9i?=</N></M></MD>";
  await onStage({ dialect: 15 }, async (scene, server) => {
    await scene.watching();
    const system = "application/x-msmsgssystemmessage";
    server.peer.say(message("Hotmail Hotmail", system, "Type: 1\r\nArg1: 5\r\n"));
    server.peer.say(message("bob@x.com Bob", system, "Type: 1\r\nArg1: 7\r\n"));
    server.peer.say(message("Hotmail Hotmail", "text/x-msmsgsoimnotification", `Mail-Data: ${md}\r\n`));
    await scene.until(() => scene.words.at(-1) === "offline-messages", "both");
    expect(scene.told.slice(-2)).toEqual([
      { kind: "maintenance", inMinutes: 5 },
      { kind: "offline-messages", notices: [{ id: "id-1", from: "bob@x.com", fromName: "Bob", sentMs: undefined }] },
    ]);
  });
});

test("an address book that was edited elsewhere is read again, told, and made known to the server", async () => {
  let people: string[] = [];
  const answer: Answer = ({ path }, response) => {
    if (path === "ABFindAll") response.end(book(path, ...people));
    return path === "ABFindAll";
  };
  const payloads: string[] = [];
  const listen: Handle = (line, _, payload) => {
    if (/^(ADL|RML)/.test(line)) payloads.push(`${line.slice(0, 3)} ${payload}`);
    return false;
  };
  const edited = (peer: Peer) => {
    const text = '<NOTIFICATION id="0"><MSG id="0"><BODY>ABCHInternal</BODY></MSG></NOTIFICATION>';
    for (let nth = 0; nth < 3; nth++) peer.say(`NOT ${text.length}\r\n${text}`);
  };
  await onStage({ dialect: 15, answer, handle: listen }, async (scene, server, asked) => {
    await scene.watching();
    people = ["new@x.com"];
    const before = asked.length;
    edited(server.peer);
    await scene.clock.advance(2_000);
    await scene.until(() => payloads.length === 2, "the ADL");
    expect(asked.slice(before)).toEqual(["POST FindMembership", "POST ABFindAll"]);
    expect(scene.told.at(-1)).toMatchObject({
      kind: "contact-changed",
      contact: { address: "new@x.com", lists: ["forward"], groups: ["Work"] },
      wasOn: [],
    });
    expect(payloads[1]).toBe('ADL <ml><d n="x.com"><c n="new" l="1" t="1"/></d></ml>');
    people = [];
    edited(server.peer);
    await scene.clock.advance(2_000);
    await scene.until(() => payloads.length === 3, "the RML");
    expect(scene.told.at(-1)).toMatchObject({ kind: "contact-changed", contact: { lists: [] }, wasOn: ["forward"] });
    expect(payloads[2]).toBe('RML <ml><d n="x.com"><c n="new" l="1" t="1"/></d></ml>');
  });
});
