/** The ports that the children of `start` and `serve` will listen on. */
import { createServer } from "node:net";
import { Access } from "../../db/access/access.ts";
import { listenSettings, refuseWithoutPassword } from "../../db/settings/listen.ts";
import { EXIT, Failure } from "./exit.ts";

/**
 * Throws Failure when the dashboard's port is taken, and SettingsError when it is no port, or others could come to it
 * and there is no password in this data folder. The dashboard takes the port
 * for itself a little later; this only says soon what would go wrong then.
 */
export async function refuseTakenPort(folder: string): Promise<void> {
  const listen = listenSettings();
  const access = new Access(folder);
  refuseWithoutPassword(listen, access.hasPassword());
  access.close();
  const { host, port } = listen;
  try {
    await tryPort(port, host);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") return;
    throw new Failure(
      EXIT.failed,
      `port ${port} on ${host} is taken: is Rollcall running already? Otherwise choose another with ROLLCALL_PORT`,
      { cause: error },
    );
  }
}

/** A port on loopback that nobody listens on at the moment. */
export function freePort(): Promise<number> {
  return tryPort(0, "127.0.0.1");
}

function tryPort(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(port, host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : port));
    });
  });
}
