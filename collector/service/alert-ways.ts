/** How somebody is told: by the user's own command, and by a signed webhook. */
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import http from "node:http";
import https from "node:https";
import type { Alert } from "./alerts.ts";

const COMMAND_MS = 60_000;
const WEBHOOK_MS = 10_000;

/**
 * Runs a command of the user's, through the shell. It gets the alert in `ROLLCALL_ALERT_NAME`, `ROLLCALL_ALERT_STATE` and
 * `ROLLCALL_ALERT_MESSAGE`, and as JSON on its standard input. Rejects when it fails or takes longer than a minute.
 */
export function byCommand(command: string): (alert: Alert) => Promise<void> {
  return (alert) =>
    new Promise((resolve, reject) => {
      // It is the user's own, and has no need of what opens accounts and signs posts.
      const { ROLLCALL_PASSWORD: _, ROLLCALL_ALERT_SECRET: __, ...env } = process.env;
      const child = spawn(command, {
        shell: true,
        stdio: ["pipe", "ignore", "ignore"],
        timeout: COMMAND_MS,
        env: {
          ...env,
          ROLLCALL_ALERT_NAME: alert.name,
          ROLLCALL_ALERT_STATE: alert.state,
          ROLLCALL_ALERT_MESSAGE: alert.message,
        },
      });
      child.on("error", reject);
      child.on("close", (code, signal) => {
        if (code === 0) resolve();
        else reject(new Error(`the command ${signal ? `was ended by ${signal}` : `ended with ${code}`}`));
      });
      // It need not read it.
      child.stdin.on("error", () => undefined);
      child.stdin.end(`${JSON.stringify(alert)}\n`);
    });
}

/**
 * Posts the alert as JSON. With a secret, `X-Rollcall-Signature: sha256=…` is the HMAC of the body, in hexadecimal digits.
 * Rejects when the other side does not answer with 2xx within ten seconds.
 */
export function byWebhook(url: string, secret: string | undefined): (alert: Alert) => Promise<void> {
  return (alert) => {
    const body = JSON.stringify({ ...alert, since: new Date(alert.sinceMs).toISOString() });
    const signature = secret && `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
    const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
    return post(url, body, signature ? { ...headers, "X-Rollcall-Signature": signature } : headers);
  };
}

/** On a connection of its own, which is not kept for the next time: that is hopefully long ahead. */
function post(url: string, body: string, headers: Record<string, string | number>): Promise<void> {
  const { request } = url.startsWith("https:") ? https : http;
  return new Promise((resolve, reject) => {
    const options = { method: "POST", headers, agent: false, signal: AbortSignal.timeout(WEBHOOK_MS) } as const;
    const asking = request(url, options, ({ statusCode = 0 }) => {
      // What it says besides is of no use.
      asking.destroy();
      if (statusCode >= 200 && statusCode < 300) resolve();
      else reject(new Error(`the webhook answered ${statusCode}`));
    });
    asking.on("error", (error) => reject(new Error(`the webhook cannot be reached: ${error.message}`)));
    asking.end(body);
  });
}
