/**
 * What others send into a conversation, understood: packets joined, text decoded, invitations declined. Nothing that
 * arrives can make it throw, or remember without end.
 */
import type { Instant } from "../clock.ts";
import { readAddress } from "../presence/address.ts";
import { bodyText, contentType, formatMime, type MimeMessage, readFields, readMime } from "../wire/mime.ts";
import type { MessageKind } from "./board.ts";
import { ChunkJoiner } from "./chunks.ts";
import { DATACAST_TYPE, readDatacast, TYPING_TYPE } from "./control.ts";
import type { ConversationNews } from "./events.ts";
import { declineInvitation, INVITE_TYPE, readInvitation } from "./invitations.ts";
import { formatPacket, PacketJoiner } from "./packets.ts";
import { declineSlp, P2P_TYPE, readSlpInvitation } from "./slp.ts";
import { plainLines, readFormat } from "./text-message.ts";

export interface InboxParts {
  /** As the switchboard knows us: with our place from MSNP16 on. */
  account: string;
  tell(news: ConversationNews, read: Instant): void;
  /** Sends an answer of the protocol's own. */
  reply(kind: MessageKind, payload: Uint8Array): void;
  /** A number of 31 bits, to begin counting packets at. */
  random(): number;
}

const MAX_CALLS = 64;
const MAX_REPLIES_PER_MINUTE = 60;

interface Sender {
  address: string;
  name: string;
}

export class Inbox {
  readonly #parts: InboxParts;
  readonly #own: string;
  readonly #chunks = new ChunkJoiner();
  readonly #packets = new PacketJoiner();
  /** Invitations in packets that have been told. */
  readonly #calls = new Set<string>();
  #packetId: number;
  #repliesSinceMs = Number.NEGATIVE_INFINITY;
  #replies = 0;

  constructor(parts: InboxParts) {
    this.#parts = parts;
    this.#own = readAddress(parts.account).address;
    this.#packetId = parts.random();
  }

  /** Forgets what has arrived in part; it will not be completed on another switchboard. */
  clear(): void {
    this.#chunks.clear();
    this.#packets.clear();
  }

  receive(from: { token: string; name: string }, payload: Uint8Array, read: Instant): void {
    const sender = { address: readAddress(from.token).address, name: from.name };
    const message = this.#chunks.receive(sender.address, readMime(payload), read.monotonicMs);
    if (!message) return;
    if (contentType(message) === P2P_TYPE) return this.#hearPacket(sender, from.token, message, read);
    this.#parts.tell(this.#understand(sender, message, read.monotonicMs), read);
  }

  #understand(sender: Sender, message: MimeMessage, atMs: number): ConversationNews {
    const from = sender.address;
    switch (contentType(message)) {
      case "text/plain":
        return readText(sender, message);
      case TYPING_TYPE:
        return message.headers.has("typinguser") ? { kind: "typing", from } : asMime(from, message);
      case DATACAST_TYPE: {
        const datacast = readDatacast(readFields(bodyText(message)));
        return datacast ? { ...datacast, from } : asMime(from, message);
      }
      case INVITE_TYPE: {
        const read = readInvitation(readFields(bodyText(message)));
        if (!read) return asMime(from, message);
        if (from !== this.#own) this.#decline(read.cookie, atMs);
        return { kind: "invitation", from, invitation: read.invitation };
      }
      default:
        return asMime(from, message);
    }
  }

  #decline(cookie: string, atMs: number): void {
    const { headers, body } = declineInvitation(cookie);
    this.#reply("N", formatMime(headers, body), atMs);
  }

  /** Whoever invites us all the time shall not make us talk all the time: servers punish that. */
  #reply(kind: MessageKind, payload: Uint8Array, atMs: number): void {
    if (atMs - this.#repliesSinceMs >= 60_000) {
      this.#repliesSinceMs = atMs;
      this.#replies = 0;
    }
    this.#replies++;
    if (this.#replies <= MAX_REPLIES_PER_MINUTE) this.#parts.reply(kind, payload);
  }

  /** Packets that are not for us, no invitation, of the second version or broken are dropped. */
  #hearPacket({ address }: Sender, token: string, { headers, body }: MimeMessage, read: Instant): void {
    const isForUs = readAddress(headers.get("p2p-dest") ?? this.#own).address === this.#own;
    if (!isForUs || address === this.#own) return;
    const whole = this.#packets.receive(address, body, read.monotonicMs);
    const invitation = whole && readSlpInvitation(whole);
    if (!invitation) return;
    const to = this.#replyTo(address, headers.get("p2p-src") ?? token);
    const { account } = this.#parts;
    const decline = declineSlp(invitation, { from: account, to });
    const packet = formatPacket(decline, { messageId: this.#nextPacketId(), ackId: this.#parts.random() });
    const source: Record<string, string> = account.includes(";") ? { "P2P-Src": account } : {};
    const outer = { "MIME-Version": "1.0", "Content-Type": P2P_TYPE, "P2P-Dest": to, ...source };
    // Another kind than D ends the conversation on some servers (4.2).
    this.#reply("D", formatMime(outer, packet), read.monotonicMs);
    if (this.#isNew(`${address} ${invitation.callId}`)) {
      this.#parts.tell({ kind: "invitation", from: address, invitation: invitation.invitation }, read);
    }
  }

  /** Clients repeat what we do not acknowledge; it is one invitation all the same. */
  #isNew(call: string): boolean {
    if (this.#calls.has(call)) return false;
    this.#calls.add(call);
    if (this.#calls.size > MAX_CALLS) this.#calls.delete(this.#calls.values().next().value as string);
    return true;
  }

  /** The place that asked, if it names itself well; else the person. */
  #replyTo(address: string, said: string): string {
    const { address: who, place } = readAddress(said);
    return who === address && place !== undefined && /^\{[0-9a-f-]{36}\}$/.test(place)
      ? `${address};${place}`
      : address;
  }

  #nextPacketId(): number {
    this.#packetId = (this.#packetId + 1) >>> 0;
    return this.#packetId;
  }
}

function readText({ address, name }: Sender, message: MimeMessage): ConversationNews {
  const format = message.headers.get("x-mms-im-format");
  return {
    kind: "text",
    from: address,
    name: message.headers.get("p4-context") || name,
    text: plainLines(bodyText(message)),
    format: format === undefined ? undefined : readFormat(format),
  };
}

function asMime(from: string, message: MimeMessage): ConversationNews {
  return {
    kind: "mime",
    from,
    contentType: contentType(message),
    headers: Object.fromEntries(message.headers),
    body: Uint8Array.from(message.body),
  };
}
