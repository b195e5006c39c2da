/** Whether this machine is fit: its clock, its disk, and who may read what. */
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { lastRecordedMs } from "../../db/history/coverage.ts";
import { type Handle, networkDisk } from "../../db/open.ts";
import { storedAccounts } from "../../db/settings/accounts.ts";
import type { Settings } from "../../db/settings/settings.ts";
import type { Finding } from "./finding.ts";

/** Less than this is soon nothing. */
const LITTLE_ROOM = 200_000_000;
/** Before this program was written. */
const LONG_AGO_MS = Date.UTC(2026, 0, 1);
const SLIGHTLY_AHEAD_MS = 60_000;
/** A commit waits for the disk; one that takes this long is asleep, or worn out. */
const SLOW_MS = 500;
const FOR_OTHERS = 0o077;

/** `db`: the history, where there is one. */
export function clockFinding(db: Handle | undefined, nowMs: number): Finding {
  const about = "clock";
  const shows = `shows ${new Date(nowMs).toISOString()}`;
  const advice = "set it, and let it be set by the network (NTP): statuses are recorded with what it shows";
  if (nowMs < LONG_AGO_MS) return { about, verdict: "bad", found: `${shows}, which is long ago`, advice };
  const lastMs = db ? Math.max(0, ...storedAccounts(db).map(({ id }) => lastRecordedMs(db, id))) : 0;
  if (lastMs > nowMs + SLIGHTLY_AHEAD_MS) {
    const until = new Date(lastMs).toISOString();
    const found = `${shows}, and the history goes on until ${until}; nothing is recorded before that again`;
    return { about, verdict: "bad", found, advice };
  }
  return { about, verdict: "good", found: shows };
}

export function diskFindings(folder: string): Finding[] {
  const findings: Finding[] = [];
  const { bavail, bsize } = statfsSync(folder);
  const free = `${Math.floor((bavail * bsize) / 1e6).toLocaleString("en-US")} MB free for ${folder}`;
  findings.push(
    bavail * bsize < LITTLE_ROOM
      ? { about: "disk", verdict: "bad", found: free, advice: "make room, or let old events go: rollcall retention" }
      : { about: "disk", verdict: "good", found: free },
  );
  const kind = networkDisk(folder);
  findings.push(
    kind === undefined
      ? { about: "file system", verdict: "good", found: "a disk of this machine" }
      : {
          about: "file system",
          verdict: "bad",
          found: `a network disk (${kind}), where locks do not hold and databases end damaged`,
          advice: "choose a folder on a disk of this machine with ROLLCALL_DATA",
        },
  );
  return [...findings, writingFinding(folder)];
}

function writingFinding(folder: string): Finding {
  const about = "writing";
  const file = join(folder, `doctor-${process.pid}`);
  try {
    const startedMs = performance.now();
    const handle = openSync(file, "w", 0o600);
    try {
      writeSync(handle, "Can be written to.");
      fsyncSync(handle);
    } finally {
      closeSync(handle);
      rmSync(file);
    }
    const tookMs = Math.round(performance.now() - startedMs);
    if (tookMs < SLOW_MS) return { about, verdict: "good", found: `on the disk within ${tookMs} ms` };
    const advice = "a disk that is worn out or shared is slow like this; what is recorded waits in memory meanwhile";
    return { about, verdict: "odd", found: `on the disk only after ${tookMs} ms`, advice };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const advice = `check who owns it, and whether its disk is full or read-only; run as the user that records`;
    return { about, verdict: "bad", found: `${folder} cannot be written to (${code})`, advice };
  }
}

/** What others must not read: the folder, the key of the passwords, and a settings file with a secret in it. */
export function permissionFindings(folder: string, settings: Settings): Finding[] {
  if (process.platform === "win32") return [];
  const secrets = ["alerts.secret", "alerts.webhook"] as const;
  const holdsSecret = secrets.some((key) => settings.from(key) === settings.file.path);
  const files = [
    // Each file in it is its owner's alone, too.
    { path: folder, mode: "700", verdict: "odd" as const },
    { path: join(folder, "collector.key"), mode: "600", verdict: "bad" as const },
    { path: join(folder, "rollcall.db"), mode: "600", verdict: "bad" as const },
    ...(holdsSecret ? [{ path: settings.file.path, mode: "600", verdict: "bad" as const }] : []),
  ];
  const open = files.filter(({ path }) => ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & FOR_OTHERS) !== 0);
  if (open.length === 0)
    return [{ about: "permissions", verdict: "good", found: "what is private is its owner's alone" }];
  return open.map(({ path, mode, verdict }) => ({
    about: "permissions",
    verdict,
    found: `others of this machine can get at ${path}`,
    advice: `chmod ${mode} ${path}`,
  }));
}
