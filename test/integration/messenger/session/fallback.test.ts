/** When one way of signing in does not work: which way is next, and what the person is told when none does. */
import { expect, test } from "vitest";
import { type Answer, actAs, type HandServices, serveHand } from "../../../helpers/hand-server.ts";
import { type HandOptions, HandSession } from "../../../helpers/hand-session.ts";
import { type Peer, RawServer } from "../../../helpers/raw-server.ts";
import { TestClock } from "../../../helpers/test-clock.ts";

interface Stage {
  /** What the server does with a line in this dialect; true when it has dealt with it. */
  handle?(line: string, dialect: number, peer: Peer): boolean;
  /** What the server speaks: all, unless given. */
  speaks?: readonly number[];
  answer?: Answer;
  options?: Partial<HandOptions>;
}

interface Outcome {
  scene: HandSession;
  /** The dialects that were agreed on, one for each connection; 0 for none. */
  tried: number[];
  services: HandServices;
}

const ALL = [18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2];

/** Signs in to a server that takes the best dialect it is offered. */
async function signIn({ handle, speaks = ALL, answer, options = {} }: Stage, act: (outcome: Outcome) => void) {
  const clock = new TestClock();
  const services = await serveHand(answer);
  const tried: number[] = [];
  const serve = (peer: Peer) => {
    let agreed = 0;
    const choose = (line: string) => {
      const offered = [...line.matchAll(/MSNP(\d+)/g)].map(([, number]) => Number(number));
      agreed = speaks.find((number) => offered.includes(number)) ?? 0;
      tried.push(agreed);
      if (agreed === 0) peer.say("VER 1 0");
      else actAs(peer, { dialect: agreed, handle: (next) => handle?.(next, agreed, peer) ?? false });
      return agreed === 0;
    };
    peer.onLine = (line, payload) => {
      if (!choose(line)) peer.onLine(line, payload);
    };
  };
  await using server = await RawServer.listen({ clock, serve });
  await using scene = new HandSession({ port: server.port, clock, services: services.urls, ...options });
  await scene.watching();
  act({ scene, tried, services });
}

const isLogin = (line: string, method: string, step = "S") => new RegExp(`^USR \\d+ ${method} ${step}`).test(line);
const refuse =
  (...paths: string[]): Answer =>
  ({ path }, response) => {
    if (!paths.includes(path)) return false;
    response.writeHead(503).end();
    return true;
  };

test("the best dialect that the server has is taken", async () => {
  await signIn({}, ({ tried, scene }) => {
    expect(tried).toEqual([18]);
    expect(scene.isWatching()).toBe(true);
  });
  await signIn({ speaks: [9, 12, 7].sort((a, b) => b - a) }, ({ tried }) => expect(tried).toEqual([12]));
});

test("a pinned dialect is the only one that is offered", async () => {
  await signIn({ options: { dialects: [11] } }, ({ tried }) => expect(tried).toEqual([11]));
  await signIn({ options: { dialects: [11] }, speaks: [12, 7] }, ({ scene, tried }) => {
    expect(tried).toEqual([0]);
    expect(scene.end).toMatchObject({ why: "refused", code: "dialect" });
    expect(scene.message).toBe('the server speaks none of MSNP11; it answered "0"');
  });
});

test("without a token service, everything that needs it is skipped", async () => {
  await signIn({ answer: refuse("/RST.srf") }, ({ tried, scene, services }) => {
    expect(tried).toEqual([18, 11]);
    expect(scene.isWatching()).toBe(true);
    expect(services.asked).toEqual(["POST /RST.srf", "GET /rdr/pprdr.asp", "GET /login"]);
  });
});

test("without an address book, the dialects that bring their own lists are tried", async () => {
  await signIn({ answer: refuse("ABFindContactsPaged", "ABFindAll") }, ({ tried, scene }) => {
    expect(tried).toEqual([18, 12]);
    expect(scene.isWatching()).toBe(true);
  });
});

test("a server that hangs up on a proof of MSNP15 and later is asked the older way", async () => {
  const handle = (line: string, _: number, peer: Peer) => {
    if (!isLogin(line, "SSO")) return false;
    peer.hangUp();
    return true;
  };
  await signIn({ handle }, ({ tried, scene }) => {
    expect(tried).toEqual([18, 14]);
    expect(scene.isWatching()).toBe(true);
  });
});

test("so is one that answers with an error number that says nothing about the credentials", async () => {
  const handle = (line: string, _: number, peer: Peer) => {
    if (!isLogin(line, "SSO", "I")) return false;
    peer.say(`715 ${line.split(" ")[1]}`);
    return true;
  };
  await signIn({ handle }, ({ tried }) => expect(tried).toEqual([18, 14]));
});

test("a busy server is left alone, and so is a line that breaks", async () => {
  const busy = (line: string, _: number, peer: Peer) => {
    if (!isLogin(line, "SSO")) return false;
    peer.say(`600 ${line.split(" ")[1]}`);
    return true;
  };
  await signIn({ handle: busy }, ({ tried, scene }) => {
    expect(tried).toEqual([18]);
    expect(scene.message).toBe("the server is busy or in trouble of its own (error 600 to USR: busy)");
  });
  const breaking = (line: string, _: number, peer: Peer) => {
    if (!isLogin(line, "SSO")) return false;
    peer.reset();
    return true;
  };
  await signIn({ handle: breaking }, ({ tried, scene }) => {
    expect(tried).toEqual([18]);
    expect(scene.message).toMatch(/cut the connection \(ECONNRESET\)$/);
  });
});

test("a wrong password stops the account when the first way says so, wherever it is said", async () => {
  const failed =
    '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Fault><faultcode>wsse:FailedAuthentication</faultcode><faultstring>Authentication Failure</faultstring></S:Fault></S:Envelope>';
  const answer: Answer = ({ path }, response) => {
    if (path === "/RST.srf") response.end(failed);
    return path === "/RST.srf";
  };
  await signIn({ answer }, ({ tried, scene }) => {
    expect(tried).toEqual([18]);
    expect(scene.end).toMatchObject({ why: "refused", code: "credentials" });
    expect(scene.message).toMatch(/^the server refused the address or password of me@x\.com \(http.* refused/);
    expect(scene.message).not.toContain("secret");
  });
  const handle = (line: string, _: number, peer: Peer) => {
    if (!isLogin(line, "MD5")) return false;
    peer.say(`911 ${line.split(" ")[1]}`);
    return true;
  };
  await signIn({ handle, options: { dialects: [7] } }, ({ scene }) => {
    expect(scene.end).toMatchObject({ why: "refused", code: "credentials" });
    expect(scene.message).toContain("(error 911); some servers also want the account to allow old clients");
  });
});

test("what a later way says about the password stops nothing: it may be closed to the account whatever it is", async () => {
  const handle = (line: string, _: number, peer: Peer) => {
    if (!isLogin(line, "MD5")) return false;
    peer.say(`911 ${line.split(" ")[1]}`);
    return true;
  };
  await signIn({ handle, answer: refuse("/RST.srf"), speaks: [18, 7] }, ({ tried, scene }) => {
    expect(tried).toEqual([18, 7]);
    expect(scene.end?.why).toBe("lost");
    expect(scene.message).toMatch(
      /^http.*503.*; and with MSNP7: the server refused the address or password of me@x\.com \(error 911\)/,
    );
  });
});

test("a server that speaks nothing older is told about with the first failure alone", async () => {
  await signIn({ answer: refuse("/RST.srf"), speaks: [18] }, ({ tried, scene }) => {
    expect(tried).toEqual([18, 0]);
    expect(scene.end?.why).toBe("lost");
    expect(scene.message).toMatch(/^http.*503/);
    expect(scene.message).not.toContain("speaks none");
  });
});

test("when nothing works, the session ends after as many tries as there are ways", async () => {
  const handle = (line: string, _: number, peer: Peer) => {
    if (!/^USR/.test(line)) return false;
    peer.hangUp();
    return true;
  };
  await signIn({ handle }, ({ tried, scene }) => {
    expect(tried).toEqual([18, 14, 11, 7]);
    expect(scene.end?.why).toBe("lost");
    expect(scene.message).toMatch(/hung up during sign-in \(after USR\); and with MSNP7: .*hung up/);
  });
});
