/** What a session can be asked: at which pace it goes out, and what comes back. */
import { expect, test } from "vitest";
import { actAs, serveHand } from "../../../helpers/hand-server.ts";
import { HandSession } from "../../../helpers/hand-session.ts";
import { type Peer, RawServer } from "../../../helpers/raw-server.ts";
import { settle, TestClock } from "../../../helpers/test-clock.ts";

interface Scene {
  scene: HandSession;
  session: HandSession["session"];
  peer: Peer;
  /** What was heard since the barrier, without pings. */
  heard(): string[];
  payloads: string[];
  pass(ms: number): Promise<void>;
}

async function watching(
  dialect: number,
  act: (scene: Scene) => Promise<void>,
  handle: (line: string, peer: Peer) => boolean = () => false,
): Promise<void> {
  const clock = new TestClock();
  const services = await serveHand();
  const payloads: string[] = [];
  const serve = (peer: Peer) =>
    actAs(peer, {
      dialect,
      handle(line, payload) {
        if (payload) payloads.push(payload.toString());
        if (handle(line, peer)) return true;
        const [verb, trId, ...rest] = line.split(" ");
        if (verb === "PRP") peer.say(line);
        else if (verb === "REA") peer.say(`REA ${trId} 256 ${rest.join(" ")}`);
        else if (verb === "XFR") peer.say(`XFR ${trId} SB 10.0.1.200:1865 CKI 1726.105.32308 U messenger.msn.com 1`);
        else return false;
        return true;
      },
    });
  await using server = await RawServer.listen({ clock, serve });
  await using scene = new HandSession({
    port: server.port,
    clock,
    services: services.urls,
    dialects: [dialect],
    status: "NLN",
  });
  await scene.watching();
  const { peer } = server;
  const from = peer.heard.length;
  await act({
    scene,
    session: scene.session,
    peer,
    payloads,
    heard: () => peer.heard.slice(from).filter((line) => line !== "PNG"),
    pass: (ms) => clock.advance(ms),
  });
}

test("changes of the status keep two seconds apart, and of those that wait only the newest goes out", async () => {
  await watching(8, async ({ session, heard, pass, scene }) => {
    await session.changeStatus("BSY");
    const waiting = [session.changeStatus("AWY"), session.changeStatus("BRB"), session.changeStatus("PHN")];
    await pass(1_999);
    expect(heard()).toEqual(["CHG 7 BSY 32"]);
    await pass(1);
    await Promise.all(waiting);
    expect(heard()).toEqual(["CHG 7 BSY 32", "CHG 8 PHN 32"]);
    expect(scene.words.filter((word) => word.startsWith("own-presence"))).toEqual([
      "own-presence NLN",
      "own-presence BSY",
      "own-presence PHN",
    ]);
  });
});

test("what is shown already is not sent again", async () => {
  await watching(8, async ({ session, heard, pass, peer, scene }) => {
    await session.changeStatus("NLN");
    expect(heard()).toEqual([]);
    await session.changeStatus("BSY");
    const there = session.changeStatus("AWY");
    const back = session.changeStatus("BSY");
    await pass(2_000);
    await Promise.all([there, back]);
    expect(heard()).toEqual(["CHG 7 BSY 32"]);
    // The server may change it by itself.
    peer.say("CHG 0 IDL");
    await scene.until(() => scene.words.at(-1) === "own-presence IDL", "the server's word");
    const again = session.changeStatus("BSY");
    await pass(2_000);
    await again;
    expect(heard()).toEqual(["CHG 7 BSY 32", "CHG 8 BSY 32"]);
  });
});

test("from MSNP16 on the echo from another place counts, too", async () => {
  await watching(18, async ({ session, heard, peer, scene, pass }) => {
    peer.say("NLN AWY 1:me@x.com My%20Name 2684354592:48 0");
    await scene.until(() => scene.words.at(-1)?.startsWith("own-presence AWY") ?? false, "the echo");
    await session.changeStatus("AWY");
    expect(heard()).toEqual([]);
    await session.changeStatus("NLN");
    expect(heard()).toEqual(["CHG 9 NLN 2684354592:0 0"]);
    await pass(0);
  });
});

test("a name is changed in the words of the dialect, and told at the echo", async () => {
  await watching(7, async ({ session, heard, scene }) => {
    await session.changeName("Neu é %20");
    expect(heard()).toEqual(["REA 7 me@x.com Neu%20%C3%A9%20%2520"]);
    expect(scene.told.at(-1)).toEqual({ kind: "own-name", name: "Neu é %20" });
  });
  await watching(15, async ({ session, heard }) => {
    await session.changeName("Neu");
    expect(heard()).toEqual(["PRP 7 MFN Neu"]);
    await expect(session.changeName("é".repeat(65))).rejects.toMatchObject({
      code: "bad-name",
      message: "a name is 1 to 387 bytes long when it is encoded, not 390",
    });
  });
});

test("a name that the server refuses is refused in words, and the next one goes out", async () => {
  await watching(
    15,
    async ({ session, pass }) => {
      const message = "changing the name: the name is not allowed (error 209)";
      await expect(session.changeName("bad")).rejects.toMatchObject({ name: "RequestRefused", code: "209", message });
      const next = session.changeName("good");
      await pass(2_000);
      await next;
    },
    (line, peer) => {
      if (!line.includes("MFN bad")) return false;
      peer.say(`209 ${line.split(" ")[1]}`);
      return true;
    },
  );
});

test("a personal message and what is being played go out as XML, from MSNP11 on", async () => {
  await watching(11, async ({ session, payloads }) => {
    const media = { kind: "Music", format: "{0} - {1}", values: ["Song", "Artist"] } as const;
    await session.changePersonalMessage({ text: "hi & <bye>\u0007", media });
    expect(payloads).toEqual([
      "<Data><PSM>hi &amp; &lt;bye&gt;</PSM><CurrentMedia>\\0Music\\01\\0{0} - {1}\\0Song\\0Artist\\0\\0</CurrentMedia></Data>",
    ]);
  });
  await watching(8, async ({ session }) => {
    await expect(session.changePersonalMessage({ text: "hi" })).rejects.toMatchObject({
      code: "not-in-dialect",
      message: "there are no personal messages in MSNP8: they came with MSNP11",
    });
    await expect(session.readOfflineMessages(["1"])).rejects.toMatchObject({ code: "not-in-dialect" });
  });
});

test("switchboards are asked for 7.6 seconds apart, and each answer goes to who asked", async () => {
  await watching(15, async ({ session, heard, pass }) => {
    const first = await session.requestSwitchboard();
    expect(first).toEqual({ endpoint: { host: "10.0.1.200", port: 1865 }, cookie: "1726.105.32308" });
    const second = session.requestSwitchboard();
    const third = session.requestSwitchboard();
    await pass(7_599);
    expect(heard()).toEqual(["XFR 7 SB"]);
    await pass(1);
    await second;
    await pass(7_600);
    await third;
    expect(heard()).toEqual(["XFR 7 SB", "XFR 8 SB", "XFR 9 SB"]);
  });
});

const REFUSALS = {
  "913": "opening a conversation: not allowed while hidden (error 913)",
  "800": "opening a conversation: changing too quickly (error 800)",
  "280": "opening a conversation: the switchboard has failed (error 280)",
};

for (const [code, message] of Object.entries(REFUSALS)) {
  test(`a switchboard that is refused with ${code} is refused in words`, async () => {
    await watching(
      8,
      async ({ session }) => {
        await expect(session.requestSwitchboard()).rejects.toMatchObject({ name: "RequestRefused", code, message });
      },
      (line, peer) => {
        if (!line.startsWith("XFR")) return false;
        peer.say(`${code} ${line.split(" ")[1]}`);
        return true;
      },
    );
  });
}

test("whoever does not want to wait any longer stops waiting, and what nobody waits for is not sent", async () => {
  await watching(8, async ({ session, heard, pass }) => {
    await session.changeStatus("BSY");
    await session.requestSwitchboard();
    const controller = new AbortController();
    const change = session.changeStatus("AWY", { signal: controller.signal });
    const ticket = session.requestSwitchboard({ signal: controller.signal });
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(change).rejects.toBe(reason);
    await expect(ticket).rejects.toBe(reason);
    await expect(session.changeStatus("AWY", { signal: controller.signal })).rejects.toBe(reason);
    await pass(10_000);
    expect(heard()).toEqual(["CHG 7 BSY 32", "XFR 8 SB"]);
  });
});

test("a server that does not answer is not waited for without end", async () => {
  await watching(
    8,
    async ({ session, pass }) => {
      const change = session.changeName("New");
      const ticket = session.requestSwitchboard();
      const both = Promise.allSettled([change, ticket]);
      await settle();
      await pass(60_000);
      expect(await both).toMatchObject([
        { reason: { code: "no-answer", message: "changing the name: the server did not answer" } },
        { reason: { code: "no-answer", message: "opening a conversation: the server did not answer" } },
      ]);
    },
    (line) => /^(REA|XFR)/.test(line),
  );
});

test("a server that wants to be pinged sooner is pinged sooner; later than we would is not heeded", async () => {
  for (const [said, expected] of [
    ["QNG 16", 16_000],
    ["QNG 1", 15_000],
    ["QNG 60", 20_000],
    ["QNG", 20_000],
    ["QNG abc", 20_000],
  ] as const) {
    const clock = new TestClock();
    const serve = (peer: Peer) =>
      actAs(peer, {
        dialect: 7,
        handle(line) {
          if (line === "PNG") peer.say(said);
          return line === "PNG";
        },
      });
    await using server = await RawServer.listen({ clock, serve });
    await using scene = new HandSession({ port: server.port, clock, dialects: [7], parts: { pingAfterMs: 20_000 } });
    await scene.watching();
    const pings = () => server.peer.heard.filter((line) => line === "PNG").length;
    await clock.advance(expected - 1);
    expect(pings(), said).toBe(1);
    await clock.advance(1);
    expect(pings(), said).toBe(2);
  }
});
