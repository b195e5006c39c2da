import { isLoopback, type Listen } from "../settings/listen.ts";
import { SettingsError } from "../settings/settings-error.ts";
import type { Access } from "./access.ts";

/** Beyond this computer, a password is needed. Throws SettingsError where there is none. */
export function refuseOpenDoor({ host, port }: Pick<Listen, "host" | "port">, access: Access): void {
  if (isLoopback(host) || access.password !== undefined) return;
  throw new SettingsError(
    `the dashboard is to listen on ${host}, and beyond this computer it needs a password: set one with \`rollcall password\`; ` +
      `or leave the host out and forward the port instead, ssh -L ${port}:127.0.0.1:${port} THIS-COMPUTER`,
  );
}
