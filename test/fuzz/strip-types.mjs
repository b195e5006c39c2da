// A loader hook below Jazzer.js's own: it instruments modules that are JavaScript when it gets them.
import { readFile } from "node:fs/promises";
import { register, stripTypeScriptTypes } from "node:module";
import { isMainThread } from "node:worker_threads";

if (isMainThread) register(import.meta.url);

export async function load(url, context, nextLoad) {
  if (!url.startsWith("file:") || !url.endsWith(".ts")) return nextLoad(url, context);
  const source = stripTypeScriptTypes(await readFile(new URL(url), "utf8"));
  return { format: "module", source, shortCircuit: true };
}
