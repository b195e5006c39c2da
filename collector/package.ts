/**
 * Makes `dist`, what is put into a package: the collector, the history and the dashboard's server as JavaScript, for Node
 * strips no types from what is installed, and the dashboard as it is built. `npm pack` runs it.
 */
import { spawnSync } from "node:child_process";
import { cpSync, globSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const DIST = join(ROOT, "dist");
const BUILT = join("dashboard", ".next");
/**
 * What Next keeps beside a build for its own next time, and links to the packages that its code asks for, each by a name of
 * its own: npm packs no links.
 */
const NOT_NEEDED = /^(cache|dev|diagnostics|trace|trace-build|turbopack|types|node_modules|required-server-files\.js)$/;

rmSync(DIST, { recursive: true, force: true });
run(join(ROOT, "dashboard", "build.ts"), "--if-needed");
run(join(ROOT, "node_modules", "typescript", "bin", "tsc"), "-p", join(ROOT, "tsconfig.build.json"));
const files = ["collector/rollcall.js", "dashboard/next.config.mjs", ...globSync("db/migrations/*.sql", { cwd: ROOT })];
for (const path of files) cpSync(join(ROOT, path), join(DIST, path));
cpSync(join(ROOT, BUILT), join(DIST, BUILT), {
  recursive: true,
  filter: (from) => !NOT_NEEDED.test(relative(join(ROOT, BUILT), from)) && !from.endsWith(".nft.json"),
});
const linked = readdirSync(join(ROOT, BUILT, "node_modules"));
for (const path of globSync("server/**/*.js", { cwd: join(DIST, BUILT) })) {
  rewrite(join(DIST, BUILT, path), (code) =>
    linked.reduce((all, link) => all.replaceAll(link, link.replace(/-[0-9a-f]{16}$/, "")), code),
  );
}
// Next asks for it, and not for the folder that it was built in, which is nobody's business.
rewrite(join(DIST, BUILT, "required-server-files.json"), (json) =>
  json.replaceAll(JSON.stringify(ROOT).slice(1, -1), "."),
);

function rewrite(file: string, change: (text: string) => string): void {
  const text = readFileSync(file, "utf8");
  const changed = change(text);
  if (changed !== text) writeFileSync(file, changed);
}

function run(program: string, ...args: string[]): void {
  const { status } = spawnSync(process.execPath, [program, ...args], { cwd: ROOT, stdio: ["ignore", 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}
