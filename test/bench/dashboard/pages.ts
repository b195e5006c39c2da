/** How soon the server answers, page by page. */
import { readFileSync } from "node:fs";
import type { DashboardProcess } from "../../e2e/dashboard-process.ts";
import { heading, inMs, row } from "../history/report.ts";
import { quantile } from "../spread.ts";
import type { LiveTeam } from "./live-team.ts";

const RUNS = 40;

/** The cookie that the printed key is given for. */
export async function sessionOf({ keyAddress }: DashboardProcess): Promise<string> {
  const answer = await fetch(keyAddress, { redirect: "manual" });
  const cookie = answer.headers.getSetCookie().find((one) => !one.includes("Max-Age=0"));
  if (!cookie) throw new Error(`the key was answered with ${answer.status} and no cookie`);
  return cookie.split(";")[0] as string;
}

export async function answers(dashboard: DashboardProcess, session: string, { contacts }: LiveTeam): Promise<void> {
  const somebody = `/contact/${Math.ceil(contacts / 2)}`;
  const pages = {
    "the API's page, which reads nothing": "/api",
    Now: "/",
    "a contact": somebody,
    "a contact, all time": `${somebody}?range=all`,
    Everyone: "/everyone",
    "Timeline, a day": "/timeline",
    "Timeline, four weeks": "/timeline?zoom=4w",
    Accounts: "/coverage",
    Settings: "/settings",
  };
  heading(
    "The server's answers (target 100 ms for 95 of 100)",
    "first byte",
    "whole",
    "95 of 100 within",
    "compressed",
  );
  for (const [name, path] of Object.entries(pages)) {
    const firsts: number[] = [];
    const wholes: number[] = [];
    let bytes = 0;
    // The first time Next loads the page's own code.
    for (let run = 0; run <= RUNS; run++) {
      const one = await ask(`${dashboard.origin}${path}`, session);
      bytes = one.bytes;
      if (run === 0) continue;
      firsts.push(one.firstMs);
      wholes.push(one.wholeMs);
    }
    row(name, inMs(firsts), inMs(wholes), `${quantile(wholes, 0.95).toFixed(0)} ms`, `${(bytes / 1e3).toFixed(0)} kB`);
  }
}

async function ask(url: string, cookie: string): Promise<{ firstMs: number; wholeMs: number; bytes: number }> {
  const beganMs = performance.now();
  const answer = await fetch(url, { headers: { Cookie: cookie } });
  const firstMs = performance.now() - beganMs;
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${url} was answered with ${answer.status}`);
  const wholeMs = performance.now() - beganMs;
  const { gzipSync } = await import("node:zlib");
  return { firstMs, wholeMs, bytes: gzipSync(text).length };
}

/** Resident, and of it its own. */
export function memoryMb({ child }: DashboardProcess): [string, string] {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  const mb = (name: string) =>
    `${(Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]) / 1_000).toFixed(0)} MB`;
  return [mb("VmRSS"), mb("RssAnon")];
}
