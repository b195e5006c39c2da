/**
 * A promise that a signal can reject with its reason. `begin` gets what resolves it, and may return what is to be done
 * when it is aborted. The listener is gone when the promise is settled.
 */
export function abortable<Value>(
  signal: AbortSignal | undefined,
  begin: (resolve: (value: Value) => void) => (() => void) | undefined,
): Promise<Value> {
  if (signal?.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    let undo: (() => void) | undefined;
    const abort = () => {
      undo?.();
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", abort, { once: true });
    undo = begin((value) => {
      signal?.removeEventListener("abort", abort);
      resolve(value);
    });
  });
}
