import chromium from "@sparticuz/chromium";
import { ensureBuilt } from "../../dashboard/build.ts";

/** The browser tests run against the built app, as users do. */
export default async function setup(): Promise<void> {
  // It is unpacked at its first use, and of two who use it at once one finds it half written.
  await chromium.executablePath();
  await ensureBuilt();
}
