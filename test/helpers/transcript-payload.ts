/** What was shortened when the recordings were made, put back: its length counts, its characters do not. */

const LEFT_OUT = "<860 fixed base64 chars>";

/** The payload behind `line`, with as many bytes as the line announces. */
export function withPayload(line: string, json: string): string {
  const text = JSON.parse(json) as string;
  const size = Number(line.split(" ").at(-1));
  const [, start] = /^(.*)\.\.\.\(\d+ bytes\)$/s.exec(text) ?? [];
  const [before = "", after] = start === undefined ? text.split(LEFT_OUT) : [start, ""];
  const left = size - Buffer.byteLength(before + (after ?? ""));
  if (left < 0 || (left > 0 && after === undefined)) throw new Error(`${line}: the payload is ${-left} bytes too long`);
  return before + (start === undefined ? "A" : "x").repeat(left) + (after ?? "");
}

/** A ticket in a line announces no length. */
export function restoreTicket(line: string): string {
  return line.replace(LEFT_OUT, "A".repeat(860));
}

/** `size` is what the web response announces; the text is MSNP, whose own payload length has to match as well. */
export function restoreBody(text: string, size: number): string {
  const left = size - Buffer.byteLength(text.replace(LEFT_OUT, ""));
  return text.replace(LEFT_OUT, "A".repeat(Math.max(0, left)));
}

/** The bytes of a Python literal. */
export function bytesOfLiteral(literal: string): Buffer {
  const text = literal
    .slice(2, -1)
    .replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll("\\r", "\r")
    .replaceAll("\\n", "\n");
  return Buffer.from(text, "latin1");
}
