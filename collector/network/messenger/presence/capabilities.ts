/** Client capabilities, as they ride in CHG, ILN, NLN, IRO and JOI (protocol reference 3.2). */
import type { Capabilities } from "../events.ts";
import { remembering } from "./memo.ts";

/** Flags of the first number; its highest nibble is the client's generation. */
const ONLINE_VIA_MOBILE = 0x1;
const JOINS_CHUNKS = 0x20;
const WEB_MESSENGER = 0x200;
const MOBILE_DEVICE = 0x400;
const BOT = 0x2_0000;

/** `268435492`, `-1505964020` where a client prints it signed, `2788999228:48` from MSNP16 on. */
const SHAPE = /^(-?\d{1,10})(?::-?\d{1,10})?$/;

/** What `word` says a client can do; nothing when it is no such number. The same word gives the same object. */
export const readCapabilities: (word: string) => Capabilities | undefined = remembering((word) => {
  const [raw, number] = SHAPE.exec(word) ?? [];
  if (raw === undefined) return undefined;
  // 32 bits, unsigned: from generation 8 on the highest one is set.
  const flags = Number(number) >>> 0;
  return Object.freeze({
    raw,
    isMobile: (flags & (ONLINE_VIA_MOBILE | MOBILE_DEVICE)) !== 0,
    isWeb: (flags & WEB_MESSENGER) !== 0,
    isBot: (flags & BOT) !== 0,
    canJoinChunks: (flags & JOINS_CHUNKS) !== 0,
  });
});
