/** The ports that the children of `start` and `serve` will listen on. */
import { createServer } from "node:net";
import { listenSettings } from "../../db/settings/listen.ts";
import { EXIT, Failure } from "./exit.ts";

/**
 * Throws Failure when the dashboard's port is taken, and SettingsError when it is no port. The dashboard takes the port
 * for itself a little later; this only says soon what would go wrong then.
 */
export async function refuseTakenPort(): Promise<void> {
  const { host, port } = listenSettings();
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
