/** The exit codes that scripts may rely on. */
export const EXIT = { done: 0, failed: 1, usage: 2, refused: 3 } as const;

/** Ends a command with one line and this code. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly exitCode: number;
  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/**
 * Resolves when somebody asks this process to stop: a signal, or the end of the parent that started it, however that
 * came. A second request ends the process at once.
 */
export function askedToStop(): Promise<string> {
  return new Promise((resolve) => {
    let isAsked = false;
    const ask = (why: string) => {
      if (isAsked) process.exit(EXIT.failed);
      isAsked = true;
      resolve(why);
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => ask(signal));
    process.on("disconnect", () => isAsked || ask("its parent ended"));
    // Listening for the parent must not keep a process alive that has nothing left to do.
    process.channel?.unref();
  });
}
