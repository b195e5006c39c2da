import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ensureBuilt } from "../../dashboard/build.ts";

const ROOT = join(import.meta.dirname, "../..");
/** Inside the repository, so that it finds the same packages as the dashboard. */
const APP = join(ROOT, "test/artifacts/client-opens-database");

afterAll(() => rmSync(APP, { recursive: true, force: true }));

test("a build of the same sources is not made twice", async () => {
  const seen: string[] = [];
  expect(await ensureBuilt({ onProgress: ({ step }) => seen.push(step) })).toBe(false);
  expect(seen).toEqual([]);
});

test("a client component that opens the database fails the build", async () => {
  mkdirSync(join(APP, "app"), { recursive: true });
  writeFileSync(
    join(APP, "next.config.mjs"),
    `export default { turbopack: { root: ${JSON.stringify(ROOT)} }, serverExternalPackages: ["better-sqlite3"] };`,
  );
  writeFileSync(join(APP, "app/layout.jsx"), "export default ({ children }) => <html><body>{children}</body></html>;");
  writeFileSync(
    join(APP, "app/page.jsx"),
    `"use client"; import { openForReading } from "../../../../db/open.ts"; export default () => <p>{String(openForReading)}</p>;`,
  );
  const next = createRequire(import.meta.url).resolve("next/dist/bin/next");
  const child = spawn(process.execPath, [next, "build", APP], {
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const [code] = (await once(child, "close")) as [number];
  expect(code).not.toBe(0);
  expect(output).toContain("./db/open.ts [Client Component Browser]");
});
