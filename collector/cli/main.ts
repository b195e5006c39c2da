/** The command line: the list of commands, and how each ends. */
import { Command, CommanderError } from "commander";
import { LockHeld } from "../../db/lock.ts";
import { DatabaseRefused } from "../../db/open.ts";
import { SettingsError } from "../../db/settings/data-folder.ts";
import { SealBroken } from "../../db/settings/sealing.ts";
import { accountCommand } from "./account.ts";
import { collectCommand } from "./collect.ts";
import { EXIT, Failure } from "./exit.ts";
import { exportCommand } from "./export.ts";
import { sandboxCommand } from "./sandbox.ts";
import { serveCommand } from "./serve.ts";
import { startCommand } from "./start.ts";
import { statusCommand } from "./status.ts";
import { VERSION } from "./version.ts";

const program = new Command("rollcall")
  .description("Records when your contacts are around, and never mistakes not looking for not there.")
  .version(VERSION)
  .configureHelp({ showGlobalOptions: true })
  .addHelpText(
    "after",
    "\nData lives in $ROLLCALL_DATA; the dashboard listens on $ROLLCALL_HOST:$ROLLCALL_PORT (127.0.0.1:7655).",
  )
  .exitOverride();

for (const command of [
  startCommand,
  collectCommand,
  serveCommand,
  accountCommand,
  statusCommand,
  exportCommand,
  sandboxCommand,
]) {
  program.addCommand(command.exitOverride());
  for (const sub of command.commands) sub.exitOverride();
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}
// The channel to a parent would keep this process alive with nothing left to do.
if (process.connected) process.disconnect?.();

function explain(error: unknown): number {
  // Commander has said its line already; help and version are no failures.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (!(error instanceof Error)) throw error;
  const code = exitCode(error);
  // A mistake of ours: all that helps to find it.
  if (code === undefined) throw error;
  console.error(`rollcall: ${error.message}`);
  return code;
}

function exitCode(error: Error): number | undefined {
  if (error instanceof Failure) return error.exitCode;
  if (error instanceof SettingsError) return EXIT.usage;
  if (error instanceof LockHeld || error instanceof SealBroken) return EXIT.refused;
  if (error instanceof DatabaseRefused) return error.code === "newer" ? EXIT.refused : EXIT.failed;
  return undefined;
}
