/** `rollcall service`: runs Rollcall in the background, by the platform's own service manager. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Command } from "commander";
import { dataFolder, ownDatabase, prepareDataFolder } from "../../db/settings/data-folder.ts";
import { SETTINGS, type SettingKey } from "../../db/settings/schema.ts";
import type { Env } from "../../db/settings/settings.ts";
import { LABEL, plistText } from "../service/launchd.ts";
import { unitText } from "../service/systemd.ts";
import { TASK_NAME, taskText } from "../service/windows.ts";
import { buildDashboard } from "./children.ts";
import { EXIT, Failure } from "./exit.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** Where everything lies that runs: a checkout, or where npm keeps us and what we need. */
const PROGRAM_FOLDER = /^.*?[\\/]node_modules(?=[\\/])/.exec(ROOT)?.[0] ?? ROOT;
const UNIT = "rollcall.service";
/** What `StateDirectory=rollcall` is for the manager of the whole machine. */
const SYSTEM_DATA = "/var/lib/rollcall";
/** The manager's own words say where the data is. */
const CARRIED = SETTINGS.filter(({ key }) => key !== "data");

/** What the person who installs has set goes on holding for the service. */
interface Carried {
  environment: Record<string, string>;
  /** Files with secrets, by the setting. What managers read can be read by everyone, so the secrets stay where they lie. */
  secretFiles: { key: SettingKey; env: string; path: string }[];
  settingsFile: string | undefined;
}

interface Scope {
  /** For all users, from the machine's start; Linux alone. Otherwise for this user. */
  system?: true;
}

interface InstallOptions extends Scope {
  dryRun?: true;
  collectOnly?: true;
}

/** A service manager: a file that it reads, and the commands that make it do so. */
interface Manager {
  file: string;
  text: string;
  install: readonly string[][];
  uninstall: readonly string[][];
  restart: readonly string[][];
  /** Where the service keeps its data. */
  dataFolder: string;
  status: string[];
  logs: string[];
}

const install = new Command("install")
  .description("run in the background from now on")
  .option("--system", "for all users, from the machine's start (Linux; as root)")
  .option("--collect-only", "the collector alone, without the dashboard")
  .option("--dry-run", "show the file and the commands, and do nothing")
  .action(async (options: InstallOptions) => {
    const { file, text, install: commands } = managerFor(options);
    if (options.dryRun) {
      console.log(`# ${file}\n${text}`);
      for (const command of commands) console.log(`# then: ${command.join(" ")}`);
      return;
    }
    if (!options.system) prepareDataFolder(dataFolder());
    // What runs there may not write to where the program lies.
    if (!options.collectOnly) await buildDashboard();
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text, { mode: 0o644 });
    } catch (error) {
      throw new Failure(
        EXIT.failed,
        `cannot write ${file} (${(error as NodeJS.ErrnoException).code})${asRoot(options)}`,
      );
    }
    for (const command of commands) runOrFail(command);
    console.log(`Rollcall runs in the background now (${file}). How it goes: npx rollcall service status`);
  });

const uninstall = new Command("uninstall")
  .description("stop running in the background; what was recorded stays")
  .option("--system", "the one for all users")
  .option("--dry-run", "show the commands, and do nothing")
  .action((options: InstallOptions) => {
    const { file, uninstall: commands } = managerFor(options);
    if (options.dryRun) {
      for (const command of commands) console.log(command.join(" "));
      return console.log(`rm ${file}`);
    }
    for (const command of commands) runOrFail(command);
    rmSync(file, { force: true });
    console.log(`Removed ${file}. What was recorded stays in its data folder.`);
  });

const restart = new Command("restart")
  .description("make a backup while it still runs, then start it again: after an upgrade")
  .option("--system", "the one for all users")
  .option("--dry-run", "show the commands, and do nothing")
  .action((options: InstallOptions) => {
    const { dataFolder: folder, restart: commands } = managerFor(options);
    const backup = [join(ROOT, "collector", "rollcall.js"), "backup", "--data", folder];
    if (options.dryRun) {
      for (const command of [[process.execPath, ...backup], ...commands]) console.log(command.join(" "));
      return;
    }
    const owner = statSync(folder, { throwIfNoEntry: false });
    if (owner && existsSync(ownDatabase(folder))) {
      // By whoever the files belong to, so that the service can read them.
      const identity = process.platform === "win32" ? {} : { uid: owner.uid, gid: owner.gid };
      const { status, error } = spawnSync(process.execPath, backup, { stdio: "inherit", ...identity });
      if (status !== 0) {
        const why = error ? ` (${error.message})` : "";
        throw new Failure(EXIT.failed, `no backup was made${why}, so nothing was started again${asRoot(options)}`);
      }
    }
    for (const command of commands) runOrFail(command);
    console.log("Started again. How it goes: npx rollcall service status");
  });

function pass(name: "status" | "logs", description: string): Command {
  return new Command(name)
    .description(description)
    .option("--system", "the one for all users")
    .action((options: Scope) => {
      const [program = "", ...args] = managerFor(options)[name];
      const { status, error } = spawnSync(program, args, { stdio: "inherit" });
      if (error) throw new Failure(EXIT.failed, `cannot run ${program}: ${error.message}`);
      process.exitCode = status ?? EXIT.failed;
    });
}

export const serviceCommand = new Command("service")
  .description("run in the background by systemd, launchd or the task scheduler")
  .addCommand(install)
  .addCommand(restart)
  .addCommand(uninstall)
  .addCommand(pass("status", "what the service manager says of it"))
  .addCommand(pass("logs", "what it has said"));

function managerFor({ system, collectOnly }: InstallOptions): Manager {
  const words = [join(ROOT, "collector", "rollcall.js"), ...(collectOnly ? ["collect", "--wait"] : ["start"])];
  const carried = carriedFrom(process.env);
  switch (process.platform) {
    case "linux":
      return systemd(words, carried, system ?? false);
    case "darwin":
      if (system) throw new Failure(EXIT.usage, "--system is for Linux; on macOS it runs while you are signed in");
      return launchd(words, carried);
    case "win32":
      if (system) throw new Failure(EXIT.usage, "--system is for Linux; on Windows it runs while you are signed in");
      return scheduler(words);
    default:
      throw new Failure(EXIT.failed, `there is no service manager known for ${process.platform}`);
  }
}

function carriedFrom(env: Env): Carried {
  const plain = CARRIED.filter(({ isSecret }) => !isSecret);
  return {
    environment: Object.fromEntries(plain.flatMap((setting) => pairs(env, setting.env))),
    secretFiles: CARRIED.flatMap(({ key, env: name, isSecret }) => {
      const path = isSecret && env[`${name}_FILE`];
      return path ? [{ key, env: `${name}_FILE`, path: resolve(path) }] : [];
    }),
    settingsFile: env.ROLLCALL_CONFIG ? resolve(env.ROLLCALL_CONFIG) : undefined,
  };
}

function pairs(env: Env, name: string): [string, string][] {
  const value = env[name];
  return value ? [[name, value]] : [];
}

function systemd(words: readonly string[], carried: Carried, isSystem: boolean): Manager {
  const { environment, secretFiles, settingsFile } = carried;
  const folder = isSystem ? "/etc/systemd/system" : join(homedir(), ".config", "systemd", "user");
  const scope = isSystem ? [] : ["--user"];
  const unit = {
    command: [process.execPath, ...words],
    programFolder: PROGRAM_FOLDER,
    environment,
    credentials: Object.fromEntries(secretFiles.map(({ key, path }) => [`rollcall.${key}`, path])),
    ...(settingsFile === undefined ? {} : { settingsFile }),
  };
  return {
    file: join(folder, UNIT),
    text: unitText(isSystem ? unit : { ...unit, dataFolder: dataFolder() }),
    install: [
      ["systemctl", ...scope, "daemon-reload"],
      ["systemctl", ...scope, "enable", UNIT],
      // One that runs goes on with what the file says now.
      ["systemctl", ...scope, "restart", UNIT],
      // Or a user's services end with their last session.
      ...(isSystem ? [] : [["loginctl", "enable-linger"]]),
    ],
    uninstall: [["systemctl", ...scope, "disable", "--now", UNIT]],
    restart: [
      ["systemctl", ...scope, "daemon-reload"],
      ["systemctl", ...scope, "restart", UNIT],
    ],
    dataFolder: isSystem ? SYSTEM_DATA : dataFolder(),
    status: ["systemctl", ...scope, "status", "--no-pager", UNIT],
    logs: ["journalctl", ...scope, "--no-pager", "-n", "200", "-u", UNIT],
  };
}

function launchd(words: readonly string[], { environment, secretFiles, settingsFile }: Carried): Manager {
  const all = {
    ...environment,
    ...Object.fromEntries(secretFiles.map(({ env, path }) => [env, path])),
    ...(settingsFile === undefined ? {} : { ROLLCALL_CONFIG: settingsFile }),
    ROLLCALL_DATA: dataFolder(),
  };
  const file = join(homedir(), "Library", "LaunchAgents", `${LABEL}.plist`);
  const logFile = join(homedir(), "Library", "Logs", "rollcall.log");
  const domain = `gui/${process.getuid?.()}`;
  return {
    file,
    text: plistText({ command: [process.execPath, ...words], environment: all, logFile }),
    install: [["launchctl", "bootstrap", domain, file]],
    uninstall: [["launchctl", "bootout", `${domain}/${LABEL}`]],
    restart: [["launchctl", "kickstart", "-k", `${domain}/${LABEL}`]],
    dataFolder: dataFolder(),
    status: ["launchctl", "print", `${domain}/${LABEL}`],
    logs: ["tail", "-n", "200", logFile],
  };
}

function scheduler(words: readonly string[]): Manager {
  const file = join(dataFolder(), "rollcall-task.xml");
  return {
    file,
    text: taskText({ program: process.execPath, arguments: words, programFolder: PROGRAM_FOLDER }),
    install: [
      ["schtasks", "/Create", "/F", "/TN", TASK_NAME, "/XML", file],
      ["schtasks", "/Run", "/TN", TASK_NAME],
    ],
    uninstall: [
      ["schtasks", "/End", "/TN", TASK_NAME],
      ["schtasks", "/Delete", "/F", "/TN", TASK_NAME],
    ],
    restart: [
      ["schtasks", "/End", "/TN", TASK_NAME],
      ["schtasks", "/Run", "/TN", TASK_NAME],
    ],
    dataFolder: dataFolder(),
    status: ["schtasks", "/Query", "/V", "/FO", "LIST", "/TN", TASK_NAME],
    logs: ["schtasks", "/Query", "/V", "/FO", "LIST", "/TN", TASK_NAME],
  };
}

function runOrFail(command: readonly string[]): void {
  const [program = "", ...args] = command;
  const { status, error, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    stdio: ["ignore", "inherit", "pipe"],
  });
  if (error) throw new Failure(EXIT.failed, `cannot run ${program}: ${error.message}`);
  if (status !== 0)
    throw new Failure(EXIT.failed, `${command.join(" ")} ended with ${status}: ${stderr.trim().split("\n")[0]}`);
}

function asRoot({ system }: Scope): string {
  return system ? ": a service for all users is installed by root" : "";
}
