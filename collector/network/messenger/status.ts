/** Messenger's status codes and the words the rest of the house uses (protocol reference 3.1). */
import type { Status } from "../../../db/status.ts";

const WORDS: Readonly<Record<string, Status>> = {
  NLN: "available",
  IDL: "idle",
  AWY: "away",
  BRB: "be-right-back",
  PHN: "on-the-phone",
  LUN: "out-to-lunch",
  BSY: "busy",
  // Hidden people are never shown as such to others; should a server leak it, it still means "offline or hidden".
  HDN: "offline",
  FLN: "offline",
};

/** `other` for a code we do not know; the caller keeps the code itself as the raw word. */
export function statusFromMessenger(code: string): Status {
  return WORDS[code.toUpperCase()] ?? "other";
}
