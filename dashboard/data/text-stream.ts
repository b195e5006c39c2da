/**
 * Text that is made piece by piece, as the body of an answer. The next piece is asked for when the reader has room.
 * `ended` is aborted when the reader leaves or making fails; aborting it ends the stream.
 */
export function textStream(pieces: AsyncGenerator<string>, ended: AbortController): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (error) {
        // The reader went away while we were waiting.
        if (ended.signal.aborted) return;
        ended.abort();
        controller.error(error);
      }
    },
    cancel: () => ended.abort(),
  });
}
