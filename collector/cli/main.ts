/** The command line: the list of commands, and how each ends. */
import { Command, CommanderError } from "commander";
import { AccessRefused } from "../../db/access/access.ts";
import { BundleRefused } from "../../db/carry/sections.ts";
import { LockHeld, LockRefused } from "../../db/lock.ts";
import { DatabaseRefused, refusalOf } from "../../db/open.ts";
import { SettingsError } from "../../db/settings/data-folder.ts";
import { SealBroken } from "../../db/settings/sealing.ts";
import { accountCommand } from "./account.ts";
import { backupCommand } from "./backup.ts";
import { collectCommand } from "./collect.ts";
import { contactCommand } from "./contact.ts";
import { dbCommand } from "./db.ts";
import { excludeCommand } from "./exclude.ts";
import { EXIT, Failure } from "./exit.ts";
import { exportCommand } from "./export.ts";
import { forgetCommand } from "./forget.ts";
import { importCommand } from "./import.ts";
import { keyCommand } from "./key.ts";
import { mergeCommand } from "./merge.ts";
import { pauseCommand, resumeCommand } from "./pause.ts";
import { plain } from "./plain.ts";
import { restoreCommand } from "./restore.ts";
import { retentionCommand } from "./retention.ts";
import { sandboxCommand } from "./sandbox.ts";
import { serveCommand } from "./serve.ts";
import { startCommand } from "./start.ts";
import { statusCommand } from "./status.ts";
import { VERSION } from "./version.ts";

// Whatever this creates, in whatever folder, is its owner's alone.
process.umask(0o077);

const program = new Command("rollcall")
  .description("Records when your contacts are around, and never mistakes not looking for not there.")
  .version(VERSION)
  .configureHelp({ showGlobalOptions: true })
  .addHelpText(
    "after",
    "\nData lives in $ROLLCALL_DATA; the dashboard listens on $ROLLCALL_HOST:$ROLLCALL_PORT (127.0.0.1:7655).",
  )
  .configureOutput({ outputError: (text, write) => write(`${ownWords(text)}\n`) })
  .exitOverride();

for (const command of [
  startCommand,
  collectCommand,
  serveCommand,
  accountCommand,
  statusCommand,
  keyCommand,
  exportCommand,
  contactCommand,
  pauseCommand,
  resumeCommand,
  excludeCommand,
  retentionCommand,
  forgetCommand,
  importCommand,
  mergeCommand,
  backupCommand,
  restoreCommand,
  dbCommand,
  sandboxCommand,
]) {
  program.addCommand(command.copyInheritedSettings(program));
  for (const sub of command.commands) sub.copyInheritedSettings(program);
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}
// The channel to a parent would keep this process alive with nothing left to do.
if (process.connected) process.disconnect?.();

/** Commander's complaint as one line like all others. What follows an unknown option may be a secret: it is left out. */
function ownWords(complaint: string): string {
  const text = complaint
    .trim()
    .replace(/^error: /, "")
    .replace(/^(unknown option '[^=]*)=.*'$/s, "$1'")
    .replace(/\n\((Did you mean .*\?)\)$/, ". $1");
  const hint = /^unknown option '(-p|--pass(word|wd)?)'/.test(text)
    ? ": a password is never an argument, because others can see those; use --password-file FILE or ROLLCALL_PASSWORD"
    : "";
  return `rollcall: ${text}${hint}`;
}

function explain(error: unknown): number {
  // Commander has said its line already; help and version are no failures.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (!(error instanceof Error)) throw error;
  const told = refusalOf("the history", error) ?? error;
  const code = exitCode(told);
  // A mistake of ours: all that helps to find it.
  if (code === undefined) throw error;
  console.error(`rollcall: ${plain(told.message)}`);
  return code;
}

function exitCode(error: Error): number | undefined {
  if (error instanceof Failure) return error.exitCode;
  if (error instanceof AccessRefused) return EXIT.failed;
  if (error instanceof SettingsError || error instanceof LockRefused) return EXIT.usage;
  if (error instanceof LockHeld || error instanceof SealBroken) return EXIT.refused;
  if (error instanceof BundleRefused) return error.code === "newer" ? EXIT.refused : EXIT.failed;
  if (error instanceof DatabaseRefused) return error.code === "newer" ? EXIT.refused : EXIT.failed;
  return undefined;
}
