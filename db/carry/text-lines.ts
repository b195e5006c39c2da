/** Lines of UTF-8 text, ended by a line feed alone: other marks that end a line elsewhere may stand in a JSON text. */

/** Throws TypeError when the bytes are not UTF-8. What stands behind the last line feed is a line too, unless it is empty. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}
