import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Browser, BrowserContext } from "playwright-core";
import { DASHBOARD_SERVER } from "../../collector/cli/children.ts";
import { openPage } from "../helpers/browser.ts";

export interface DashboardProcess {
  /** `http://127.0.0.1:PORT` */
  origin: string;
  port: number;
  /** The printed address, one-time key included. */
  keyAddress: string;
  child: ChildProcess;
  /** All that it has printed. */
  output: () => { stdout: string; stderr: string };
  /** Asks it to stop, and resolves to its exit code. */
  stop: () => Promise<number | null>;
}

/** A real `dashboard/server.ts` on a free port. */
export async function startDashboard(dataFolder: string, env: NodeJS.ProcessEnv = {}): Promise<DashboardProcess> {
  const child = spawn(process.execPath, DASHBOARD_SERVER, {
    env: { ...process.env, NODE_ENV: "", ROLLCALL_DATA: dataFolder, ROLLCALL_HOST: "", ROLLCALL_PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const seen = { stdout: "", stderr: "" };
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    seen.stderr += text;
  });
  const keyAddress = await new Promise<string>((resolve, reject) => {
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      seen.stdout += text;
      const address = /^Open (\S+)$/m.exec(seen.stdout)?.[1];
      if (address) resolve(address);
    });
    child.once("close", (code) => reject(new Error(`the dashboard ended with ${code}: ${seen.stderr}`)));
  });
  const { origin, port } = new URL(keyAddress);
  return {
    origin,
    port: Number(port),
    keyAddress,
    child,
    output: () => seen,
    stop: async () => {
      if (child.exitCode !== null) return child.exitCode;
      const closed = once(child, "close");
      child.kill("SIGTERM");
      const [code] = (await closed) as [number | null];
      return code;
    },
  };
}

/** One that is not expected to come up: its exit code and what it said. */
export async function failingDashboard(env: NodeJS.ProcessEnv): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, DASHBOARD_SERVER, {
    env: { ...process.env, NODE_ENV: "", ROLLCALL_HOST: "", ROLLCALL_PORT: "0", ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stderr };
}

export type SignedIn = Awaited<ReturnType<BrowserContext["storageState"]>>;

/** Uses up the printed key in a profile of its own; what it got lets other profiles in. */
export async function signIn(browser: Browser, { origin, keyAddress }: DashboardProcess): Promise<SignedIn> {
  const { page, close } = await openPage(browser, origin);
  await page.goto(keyAddress);
  const state = await page.context().storageState();
  await close();
  return state;
}
