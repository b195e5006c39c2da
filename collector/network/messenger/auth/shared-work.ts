/** Something that several callers wait for, each as long as it likes; when the last one leaves, it is given up. */

export class SharedWork {
  readonly key: string;
  /** Resolves when it has ended, well or not. */
  readonly over: Promise<void>;
  readonly #work: Promise<void>;
  readonly #aborter = new AbortController();
  #waiting = 0;

  constructor(key: string, work: (signal: AbortSignal) => Promise<void>) {
    this.key = key;
    this.#work = work(this.#aborter.signal);
    this.over = this.#work.then(
      () => undefined,
      () => undefined,
    );
  }

  /** The last one who waited has left. */
  get isGivenUp(): boolean {
    return this.#aborter.signal.aborted;
  }

  /** Rejects as the work does, or with the signal's reason. */
  async join(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    this.#waiting++;
    const left = Promise.withResolvers<never>();
    const leave = () => left.reject(signal?.reason);
    signal?.addEventListener("abort", leave);
    try {
      await Promise.race([this.#work, left.promise]);
    } finally {
      signal?.removeEventListener("abort", leave);
      if (--this.#waiting === 0) this.#aborter.abort(new Error("nobody waits for it any more"));
    }
  }
}
