import { ContactList } from "../../collector/network/messenger/lists/contact-list.ts";
import { readListNews } from "../../collector/network/messenger/lists/news.ts";
import { RowsReader } from "../../collector/network/messenger/lists/rows.ts";
import { FrameDecoder, SERVER_PAYLOAD_VERBS, WireError } from "../../collector/network/messenger/wire/frame.ts";
import { recordedFrames } from "./recorded.ts";

const METHODS = ["rows-by-list", "rows-by-contact", "rows-with-guids"] as const;

/** Any rows and changes of lists leave a list that can be read. The first byte says how lists arrive. */
export function fuzz(data: Uint8Array): void {
  const list = new ContactList();
  const rows = new RowsReader(METHODS[(data[0] ?? 0) % 3] ?? "rows-by-list", list);
  try {
    for (const frame of new FrameDecoder(SERVER_PAYLOAD_VERBS).push(data.subarray(1))) {
      if (rows.isComplete || !rows.read(frame)) readListNews(frame, list, "alice@example.com");
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
  for (const { address, lists } of list.contacts()) {
    if (address !== address.toLowerCase()) throw new Error(`${address} is not lower-cased`);
    if (new Set(lists).size !== lists.length) throw new Error(`${address} is twice on a list`);
  }
}

export function seeds(): Uint8Array[] {
  const verbs = /^(SYN|LST|LSG|BPR|PRP|GTC|BLP|ADD|ADC|REM|ADL|RML|ADG|REG|RMG|REA|SBP)$/;
  const frames = recordedFrames(verbs);
  const some = (at: number) => Buffer.concat([Buffer.of(at % 3), ...frames.slice(at, at + 6)]);
  return frames.flatMap((frame, n) => [Buffer.concat([Buffer.of(n % 3), frame]), ...(n % 3 === 0 ? [some(n)] : [])]);
}
