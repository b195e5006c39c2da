/** Trouble that may pass: a full or failing disk, or another process that holds the file for too long. */
export function isPassing(error: unknown): error is Error & { code: string } {
  return (
    error instanceof Error &&
    /^SQLITE_(FULL|IOERR|BUSY|READONLY|CANTOPEN)/.test((error as { code?: string }).code ?? "")
  );
}
