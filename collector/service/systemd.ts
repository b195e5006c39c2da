/** The unit under which systemd runs Rollcall. Pure. */

export interface Unit {
  /** Absolute: the Node that runs it, and its arguments. */
  command: readonly string[];
  /** Where the program lies; everything else of the machine is out of its sight or cannot be written to. */
  programFolder: string;
  /** For a user's own unit: the data folder. A system unit's is systemd's own, of a user made for it alone. */
  dataFolder?: string;
  /** Such as `ROLLCALL_PORT`: what the person who installs has set. */
  environment: Readonly<Record<string, string>>;
  /** Files with secrets, by the names under which systemd hands them over: `rollcall.alerts.secret`. */
  credentials: Readonly<Record<string, string>>;
  /** A settings file, if one was named. */
  settingsFile?: string;
}

/** The watchdog is fed with each heartbeat that is committed, every 30 s. */
const WATCHDOG_S = 180;

/** The text of `rollcall.service`. */
export function unitText(unit: Unit): string {
  const { command, programFolder, dataFolder, environment, credentials, settingsFile } = unit;
  const isSystem = dataFolder === undefined;
  const variables = Object.entries(environment).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`);
  if (settingsFile !== undefined) variables.push(`Environment=${quoted(`ROLLCALL_CONFIG=${settingsFile}`)}`);
  const secrets = Object.entries(credentials).map(([name, path]) => `LoadCredential=${quoted(`${name}:${path}`)}\n`);
  // Homes are out of sight; what it needs may lie in one.
  const needed = [programFolder, settingsFile, command[0]].filter(
    (path, nth): path is string => path !== undefined && (nth === 0 || !path.startsWith(`${programFolder}/`)),
  );
  // In a system unit the manager knows where: %S is its folder for what programs keep.
  variables.push(`Environment=${isSystem ? "ROLLCALL_DATA=%S/rollcall" : quoted(`ROLLCALL_DATA=${dataFolder}`)}`);
  return `[Unit]
Description=Rollcall presence logger
Documentation=man:systemd.service(5)
Wants=network-online.target
After=network-online.target

[Service]
Type=notify
NotifyAccess=all
ExecStart=${command.map((word) => quoted(word).replaceAll("$", "$$$$")).join(" ")}
${variables.join("\n")}
${secrets.join("")}${isSystem ? "DynamicUser=yes\nStateDirectory=rollcall\nStateDirectoryMode=0700\n" : ""}WatchdogSec=${WATCHDOG_S}
TimeoutStartSec=300
TimeoutStopSec=30
Restart=on-failure
RestartSec=5
# Refused credentials or wrong settings do not go away by trying again.
RestartPreventExitStatus=2 3

# What it may do. No MemoryDenyWriteExecute: V8 compiles while it runs.
UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=${isSystem ? "tmpfs" : "read-only"}
${isSystem ? `BindReadOnlyPaths=${needed.map(quoted).join(" ")}` : `ReadWritePaths=${quoted(dataFolder)}`}
PrivateTmp=yes
PrivateDevices=yes
PrivateUsers=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
# Netlink tells whether this machine has a network at all.
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM

[Install]
WantedBy=${isSystem ? "multi-user.target" : "default.target"}
`;
}

/** As systemd reads it: one word, in which nothing is a specifier. Only in commands are there variables, too. */
function quoted(word: string): string {
  const escaped = word.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%");
  return /^[\w@%+=:,./-]+$/.test(escaped) ? escaped : `"${escaped}"`;
}
