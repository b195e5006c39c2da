/** Messages of a line or two: that somebody types, nudges, winks (protocol reference 4.1). */

export const TYPING_TYPE = "text/x-msmsgscontrol";
export const DATACAST_TYPE = "text/x-msnmsgr-datacast";

const NUDGE = 1;

export type Datacast = { kind: "nudge" } | { kind: "datacast"; id: number; data: string };

/** Real clients repeat it every 4 to 5 seconds while somebody types, and show it for 6. */
export const TYPING_EVERY_MS = 4_000;

export function typingMessage(ownAddress: string): { headers: Record<string, string>; body: string } {
  return {
    headers: { "MIME-Version": "1.0", "Content-Type": TYPING_TYPE, TypingUser: ownAddress },
    body: "\r\n",
  };
}

export function nudgeMessage(): { headers: Record<string, string>; body: string } {
  return { headers: { "MIME-Version": "1.0", "Content-Type": DATACAST_TYPE }, body: `ID: ${NUDGE}\r\n\r\n` };
}

/** `fields`: the body's own header lines. `undefined` when it does not say what it is. */
export function readDatacast(fields: ReadonlyMap<string, string>): Datacast | undefined {
  const id = fields.get("id") ?? "";
  if (!/^\d{1,9}$/.test(id)) return undefined;
  return Number(id) === NUDGE
    ? { kind: "nudge" }
    : { kind: "datacast", id: Number(id), data: fields.get("data") ?? "" };
}
