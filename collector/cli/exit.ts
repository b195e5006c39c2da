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
 * came. Under a parent, an interrupt from the keyboard is the parent's business: it stops its children in order.
 */
export function askedToStop(): Promise<string> {
  const hasParent = process.channel !== undefined;
  return new Promise((resolve) => {
    process.on("SIGINT", () => hasParent || resolve("SIGINT"));
    process.on("SIGTERM", () => resolve("SIGTERM"));
    process.on("SIGHUP", () => resolve("SIGHUP"));
    process.on("disconnect", () => resolve("its parent ended"));
    if (!hasParent && process.env.npm_lifecycle_event !== undefined) onOrphaned(() => resolve("npm ended"));
    // Listening for the parent must not keep a process alive that has nothing left to do.
    process.channel?.unref();
  });
}

/** npm runs a command through a shell that dies of a signal without passing it on; then only our parent has changed. */
function onOrphaned(run: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    run();
  }, 500);
  timer.unref();
}
