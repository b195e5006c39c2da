/** The command line: the list of commands, and how each ends. */
import { Command, CommanderError } from "commander";
import { AccessRefused } from "../../db/access/access-file.ts";
import { BundleRefused } from "../../db/carry/sections.ts";
import { LockHeld, LockRefused } from "../../db/lock.ts";
import { DatabaseRefused, refusalOf } from "../../db/open.ts";
import { SealBroken } from "../../db/settings/seal-broken.ts";
import { SettingsError } from "../../db/settings/settings-error.ts";
import { EXIT, Failure } from "./exit.ts";
import { commonFlags } from "./flags.ts";
import { plain } from "./plain.ts";
import { VERSION } from "./version.ts";

/** In the order in which help lists them. Each is loaded when it is asked for: `status` should answer at a glance. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import("./start.ts")).startCommand,
  collect: async () => (await import("./collect.ts")).collectCommand,
  serve: async () => (await import("./serve.ts")).serveCommand,
  account: async () => (await import("./account.ts")).accountCommand,
  status: async () => (await import("./status.ts")).statusCommand,
  key: async () => (await import("./key.ts")).keyCommand,
  password: async () => (await import("./password.ts")).passwordCommand,
  token: async () => (await import("./token.ts")).tokenCommand,
  export: async () => (await import("./export.ts")).exportCommand,
  contact: async () => (await import("./contact.ts")).contactCommand,
  pause: async () => (await import("./pause.ts")).pauseCommand,
  resume: async () => (await import("./pause.ts")).resumeCommand,
  exclude: async () => (await import("./exclude.ts")).excludeCommand,
  retention: async () => (await import("./retention.ts")).retentionCommand,
  forget: async () => (await import("./forget.ts")).forgetCommand,
  import: async () => (await import("./import.ts")).importCommand,
  merge: async () => (await import("./merge.ts")).mergeCommand,
  backup: async () => (await import("./backup.ts")).backupCommand,
  restore: async () => (await import("./restore.ts")).restoreCommand,
  db: async () => (await import("./db.ts")).dbCommand,
  doctor: async () => (await import("./doctor.ts")).doctorCommand,
  config: async () => (await import("./config.ts")).configCommand,
  service: async () => (await import("./service.ts")).serviceCommand,
  sandbox: async () => (await import("./sandbox.ts")).sandboxCommand,
};

// Whatever this creates, in whatever folder, is its owner's alone.
process.umask(0o077);

const program = new Command("rollcall")
  .description("Records when your contacts are around, and never mistakes not looking for not there.")
  .version(VERSION)
  .configureHelp({ showGlobalOptions: true })
  .addHelpText("after", "\nSettings can also stand in the environment or in a file: rollcall config shows which hold.")
  .configureOutput({ outputError: (text, write) => write(`${ownWords(text)}\n`) })
  .exitOverride();
commonFlags(program);

const [, , name = ""] = process.argv;
const asked = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
// Help, and what is no command but perhaps looks like one, need them all.
for (const load of asked ? [asked] : Object.values(COMMANDS)) {
  const command = await load();
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
