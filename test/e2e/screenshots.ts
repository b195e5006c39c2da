/** `npm run screenshots`: the README's pictures, of the sandbox as its first start makes it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchBrowser } from "../helpers/browser.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const IMAGES = join(ROOT, "docs", "images");
const WIDTH = 1_200;

/** By the picture's name: where, and how much of it. */
const PICTURES: Record<string, { path: string; height: number }> = {
  now: { path: "/?tz=UTC", height: 900 },
  contact: { path: "/contact/1?tz=UTC&range=all", height: 1_250 },
  everyone: { path: "/everyone?tz=UTC", height: 1_150 },
  timeline: { path: "/timeline?tz=UTC", height: 760 },
  accounts: { path: "/coverage?tz=UTC", height: 860 },
  export: { path: "/export?tz=UTC&shape=spans", height: 1_050 },
};

const folder = mkdtempSync(join(tmpdir(), "rollcall-pictures-"));
const rollcall = spawn(process.execPath, [join(ROOT, "collector", "rollcall.js"), "start"], {
  env: { ...process.env, ROLLCALL_DATA: folder, ROLLCALL_PORT: "0" },
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  let said = "";
  const address = await new Promise<string>((resolve, reject) => {
    rollcall.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const found = /(http:\/\/\S+\?key=\S+)/.exec(said)?.[1];
      if (found) resolve(found);
    });
    rollcall.once("exit", (code) => reject(new Error(`Rollcall ended with ${code}: ${said}`)));
  });
  const browser = await launchBrowser();
  const page = await browser.newPage();
  await page.goto(address);
  await page.getByText("Live", { exact: true }).waitFor();
  for (const [name, { path, height }] of Object.entries(PICTURES)) {
    await page.setViewportSize({ width: WIDTH, height });
    await page.goto(`${new URL(address).origin}${path}`, { waitUntil: "networkidle" }).catch(() => undefined);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForTimeout(1_500);
    await page.screenshot({ path: join(IMAGES, `${name}.png`) });
  }
  await browser.close();
} finally {
  const ended = once(rollcall, "exit");
  rollcall.kill("SIGTERM");
  await ended;
  rmSync(folder, { recursive: true, force: true });
}
