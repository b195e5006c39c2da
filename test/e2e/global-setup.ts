import { ensureBuilt } from "../../dashboard/build.ts";

/** The browser tests run against the built app, as users do. */
export default async function setup(): Promise<void> {
  await ensureBuilt();
}
