import { deepStrictEqual } from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { dialGateway } from "../../collector/network/messenger/net/gateway.ts";
import type { HttpClient } from "../../collector/network/messenger/net/http.ts";
import { inPieces } from "./cuts.ts";

const ENDPOINT = { host: "messenger.example", port: 1863 };

/**
 * Whatever a gateway answers, its session ends once, and what it delivered comes before that. The first line is the
 * gateway's header, the rest the body, in pieces.
 */
export async function fuzz(data: Uint8Array): Promise<void> {
  const end = data.indexOf(0x0a, 1);
  const head = Buffer.from(data.subarray(1, end < 0 ? data.length : end)).toString("latin1");
  const { whole, pieces } = inPieces(Buffer.from(end < 0 ? [] : data.subarray(end)));
  const heard: Uint8Array[] = [];
  let ends = 0;
  let asked = 0;
  const http: HttpClient = async () => {
    // The second answer is the last.
    const header = asked++ === 0 ? head : "Session=close";
    return { status: 200, headers: { "x-msn-messenger": header }, body: each(asked === 1 ? pieces : []) };
  };
  const link = dialGateway({ http, clock, url: "http://gateway.example", server: "NS" })(ENDPOINT, {
    connected: () => link.write(Buffer.from("VER 1 MSNP8\r\n")),
    data: (bytes) => void heard.push(bytes),
    closed: () => void ends++,
  });
  for (let turn = 0; ends === 0 && turn < 1_000; turn++) await setImmediate();
  if (ends !== 1) throw new Error(`it ended ${ends} times`);
  // Nothing is told of an answer that is no gateway's.
  if (heard.length > 0) deepStrictEqual(Buffer.concat(heard), Buffer.from(whole));
}

/** No time passes between two questions. */
const clock = {
  after(_: number, run: () => void) {
    queueMicrotask(run);
    return { cancel: () => undefined };
  },
};

async function* each(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

export function seeds(): Uint8Array[] {
  return [
    "\x05SessionID=1.2; GW-IP=127.0.0.1\nVER 1 MSNP8\r\n",
    "\x09SessionID=1.2; GW-IP=gateway2.example; Session=close\nQNG\r\n",
    "\x02GW-IP=127.0.0.1:80\n",
  ].map((text) => Buffer.from(text, "latin1"));
}
