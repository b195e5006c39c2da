/** What somebody must have understood of a recorded switchboard: read from its lines, sharing nothing with the client. */
import type { Conversation, ServerStep } from "../transcript.ts";
import { textOf } from "./text.ts";

export type Talk =
  | { kind: "joined"; address: string; name: string; capabilities: string | undefined }
  | { kind: "left"; address: string }
  | { kind: "not-joined"; address: string; code: string }
  | { kind: "text"; from: string; name: string; text: string }
  | { kind: "typing"; from: string }
  | { kind: "mime"; from: string; contentType: string }
  | { kind: "delivered" };

export function talkOf({ address: own, steps }: Conversation): Talk[] {
  const here = new Set<string>();
  const called = new Map<string, string>();
  return steps.flatMap((step): Talk[] => {
    if (step.kind === "client" && step.verb === "CAL") called.set(step.trId ?? "", step.line.split(" ")[2] ?? "");
    if (step.kind !== "server") return [];
    const words = step.line.split(" ");
    switch (step.verb) {
      case "IRO":
        return joined(words.slice(4), own, here);
      case "JOI":
        return joined(words.slice(1), own, here);
      case "BYE":
        return left(words[1] ?? "", own, here);
      case "ACK":
        return [{ kind: "delivered" }];
      case "MSG":
        return said(step, words);
      case "217":
        return [{ kind: "not-joined", address: called.get(step.trId ?? "") ?? "", code: "217" }];
      default:
        return [];
    }
  });
}

/** From MSNP16 on one line for each place, and one for the person. */
function joined([who = "", name = "", capabilities]: readonly string[], own: string, here: Set<string>): Talk[] {
  const [address = ""] = who.split(";");
  if (address === own || here.has(address)) return [];
  here.add(address);
  return [{ kind: "joined", address, name: decode(name), capabilities }];
}

function left(who: string, own: string, here: Set<string>): Talk[] {
  if (who.includes(";") || who === own) return [];
  here.delete(who);
  return [{ kind: "left", address: who }];
}

function said({ bytes }: ServerStep, [, from = "", name = ""]: readonly string[]): Talk[] {
  const [, head = "", body = ""] = /^[^\n]*\n([\s\S]*?)\r\n\r\n([\s\S]*)$/.exec(bytes.toString("utf8")) ?? [];
  const contentType = /Content-Type: ([^;\r\n]*)/.exec(head)?.[1] ?? "";
  if (contentType === "text/plain") return [{ kind: "text", from, name: decode(name), text: body }];
  return contentType === "text/x-msmsgscontrol" ? [{ kind: "typing", from }] : [{ kind: "mime", from, contentType }];
}

/** Recordings are text; the wire's words are bytes. */
function decode(word: string): string {
  return textOf(Buffer.from(word, "utf8").toString("latin1"));
}
