/** A backup in a process of its own, which nobody has to wait for and which can be broken off. */
import { type ChildProcess, fork } from "node:child_process";
import { rmSync, statSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { beside } from "../beside.ts";
import type { BackupStage } from "./backup.ts";
import { BackupRefused } from "./verify.ts";
import { UNFINISHED } from "./whole-file.ts";

const LOOK_MS = 200;

/** What the process says. */
export type FromBackup = { kind: "stage"; stage: BackupStage } | { kind: "done" } | { kind: "failed"; message: string };

export interface BackupOptions {
  source: string;
  target: string;
  /** Bytes copied, and in all; about, for the copy leaves out free pages. */
  onProgress?: (done: number, total: number) => void;
}

export interface UnderWay {
  /** Resolves when the backup is complete and verified. Rejects with BackupRefused. */
  done: Promise<void>;
  /** Leaves nothing behind; `done` rejects. */
  breakOff(): void;
}

export function backUpApart({ source, target, onProgress = () => undefined }: BackupOptions): UnderWay {
  const child = fork(beside(import.meta, "program"), [source, target], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  giveWay(child);
  const unfinished = `${target}.${child.pid}${UNFINISHED}`;
  const timer = setInterval(() => onProgress(sizeOf(unfinished), sizeOf(source)), LOOK_MS);
  const done = endOf(child).finally(() => {
    clearInterval(timer);
    // Only a process that was killed leaves it.
    rmSync(unfinished, { force: true });
    rmSync(`${unfinished}-journal`, { force: true });
  });
  return { done, breakOff: () => void child.kill("SIGKILL") };
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let last: FromBackup | undefined;
    let complaint = "";
    child.stderr?.on("data", (text: Buffer) => {
      complaint = `${complaint}${text.toString()}`.slice(0, 2_000);
    });
    child.on("message", (message: FromBackup) => {
      last = message;
    });
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (last?.kind === "done") return resolve();
      const how = signal ? `was ended by ${signal}` : `ended with ${code}`;
      reject(
        new BackupRefused(last?.kind === "failed" ? last.message : `the backup ${how} ${complaint.trim()}`.trim()),
      );
    });
  });
}

/** Recording comes first. */
function giveWay({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch (error) {
    // It may be over already, or the system may not want to.
    if (!/^(ESRCH|EPERM|EACCES)$/.test((error as { info?: { code: string } }).info?.code ?? "")) throw error;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
