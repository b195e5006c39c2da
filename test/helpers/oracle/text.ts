/** Percent-encoding and XML as the oracle reads them; written from the protocol reference, shared with nobody. */

/** Of a word with one character per byte. */
export function textOf(token: string): string {
  const bytes: number[] = [];
  for (let at = 0; at < token.length; at++) {
    const hex = token.slice(at + 1, at + 3);
    if (token[at] === "%" && /^[0-9a-fA-F]{2}$/.test(hex)) {
      bytes.push(Number.parseInt(hex, 16));
      at += 2;
    } else bytes.push(token.charCodeAt(at));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

/** What stands in the elements of that name, entities as characters; elements of the same name do not nest. */
export function elementsOf(xml: string, name: string): string[] {
  const found = xml.matchAll(
    new RegExp(`<(?:\\w+:)?${name}(?:\\s[^>]*)?(?:/>|>([\\s\\S]*?)</(?:\\w+:)?${name}>)`, "g"),
  );
  return [...found].map(([, content = ""]) => content);
}

export function elementOf(xml: string, name: string): string | undefined {
  return elementsOf(xml, name)[0];
}

export function unescapeXml(xml: string): string {
  const names: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return xml.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal) return String.fromCodePoint(Number(decimal));
    return names[name ?? ""] ?? whole;
  });
}
