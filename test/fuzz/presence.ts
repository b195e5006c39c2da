import { readDetailsLine, readPresence } from "../../collector/network/messenger/presence/line.ts";
import { FrameDecoder, SERVER_PAYLOAD_VERBS, WireError } from "../../collector/network/messenger/wire/frame.ts";
import { recordedFrames } from "./recorded.ts";

/** Any lines in any dialect say something whole about somebody, or nothing. The first byte says which dialect. */
export function fuzz(data: Uint8Array): void {
  const dialect = 2 + ((data[0] ?? 0) % 17);
  const decoder = new FrameDecoder(SERVER_PAYLOAD_VERBS);
  try {
    for (const frame of decoder.push(data.subarray(1))) {
      const line = readPresence(frame, dialect);
      if (line?.address === "" || line?.code === "") throw new Error(`${frame.verb} names nobody or no state`);
      if (line?.kind === "presence") {
        if (line.name === "") throw new Error("an empty name was said");
        if (!Number.isInteger(line.network)) throw new Error(`network ${line.network}`);
      }
      readDetailsLine(frame, dialect);
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
}

export function seeds(): Uint8Array[] {
  const frames = recordedFrames(/^(ILN|NLN|FLN|UBX)$/);
  const more = [
    "NLN NLN 1:b@x.com;via=9:00000000-0000-0000-0009-aabbccddeeff@live.com B 2789003324:48 0\r\n",
    "NLN NLN b@x.com  268435492 0\r\n",
    "ILN 9 NLN b@x.com 32 B 1342558252 %3Cmsnobj%20SHA1D%3D'a%3D'%2F%3E http://x/y.png\r\n",
  ];
  return [...frames, ...more.map((line) => Buffer.from(line))].flatMap((line) =>
    [5, 10, 13, 16].map((dialect) => Buffer.concat([Buffer.of(dialect), line])),
  );
}
