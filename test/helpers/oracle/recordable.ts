/** The rows that a history must hold of what a recording says, by the design's definitions. */
import type { Said } from "../../../collector/network/messenger/events.ts";
import type { Understood } from "./expected.ts";

export interface Recordable {
  /** `address status code baseline|change`, in order. */
  events: string[];
  /** `address field "value"`, in order; what was empty from the start is no row. */
  profiles: string[];
}

const WORDS: Readonly<Record<string, string>> = {
  NLN: "available",
  IDL: "idle",
  AWY: "away",
  BRB: "be-right-back",
  PHN: "on-the-phone",
  LUN: "out-to-lunch",
  BSY: "busy",
  FLN: "offline",
};

/** Only of those on the forward list; a contact's own account is none. */
export function recordableOf({ others }: Understood): Recordable {
  const watched = new Set<string>();
  const codes = new Map<string, string>();
  const shown = new Map<string, string>();
  const events: string[] = [];
  const profiles: string[] = [];
  let isCovered = false;
  const show = (address: string, fields: readonly (readonly [string, string | undefined])[]) => {
    for (const [field, value] of fields) {
      const key = `${address} ${field}`;
      if (value === undefined || (shown.get(key) ?? "") === value) continue;
      shown.set(key, value);
      profiles.push(`${key} ${JSON.stringify(value)}`);
    }
  };
  for (const said of others) {
    if (said.kind === "lists") {
      for (const { address, lists } of said.contacts) if (lists.includes("forward")) watched.add(address);
    } else if (said.kind === "snapshot-complete") {
      isCovered = true;
      for (const address of watched) {
        const code = codes.get(address);
        if (code !== undefined && code !== "FLN") events.push(`${address} ${WORDS[code]} ${code} baseline`);
        codes.set(address, code ?? "FLN");
      }
    } else if (said.kind === "presence" && watched.has(said.address)) {
      const { address, code } = said;
      show(address, fieldsOf(said));
      const before = codes.get(address);
      codes.set(address, code);
      if (isCovered && before !== code) events.push(`${address} ${WORDS[code]} ${code} change`);
    } else if (said.kind === "details" && watched.has(said.address)) show(said.address, fieldsOf(said));
  }
  return { events, profiles };
}

function fieldsOf(said: Said & { kind: "presence" | "details" }): readonly (readonly [string, string | undefined])[] {
  if (said.kind === "presence") {
    const { name, capabilities, picture } = said;
    return [
      ["name", name],
      ["capabilities", capabilities && ""],
      ["picture", picture === null ? "" : picture?.sha1d],
    ];
  }
  const { personalMessage, currentMedia, places } = said.details;
  return [
    ["message", personalMessage],
    ["media", currentMedia],
    ["places", places?.map(() => "computer").join(", ")],
  ];
}
