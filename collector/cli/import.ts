/** `rollcall import`: a bundle, or events that something else recorded. */
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { Command, Option } from "commander";
import { unreadable } from "../../db/carry/stage.ts";
import { type ForeignEvents, stageEvents } from "../../db/carry/stage-events.ts";
import { parseCoverage, type Stated } from "../../db/carry/stated-coverage.ts";
import { listAccounts } from "../../db/history/accounts.ts";
import { readerOrNothing } from "../../db/open.ts";
import { parseAddress, parseServer } from "../../db/settings/accounts.ts";
import { dataFolder, ownDatabase } from "../../db/settings/data-folder.ts";
import { systemClock } from "../clock.ts";
import { bringIn, prepareToBringIn } from "./bring-in.ts";
import { EXIT, Failure } from "./exit.ts";
import { mergeFile, summaryOf } from "./merge.ts";
import { plain } from "./plain.ts";
import { progressLine } from "./progress.ts";

const DEFAULT_PORT = 1863;

interface ImportOptions {
  bundle?: string;
  events?: string;
  format?: "csv" | "jsonl";
  account?: string;
  network: string;
  server?: string;
  coverage?: string;
  coverageFile?: string;
  source?: string;
  skipBad?: true;
}

export const importCommand = new Command("import")
  .description("take in a bundle, or events that something else recorded")
  .addOption(new Option("--bundle <file>", "every fact of another Rollcall").conflicts("events"))
  .option("--events <file>", "events as CSV or JSON lines, with the columns of our own export: at_utc, address, status")
  .addOption(
    new Option("--format <format>", "of the events; told by the file's name, unless given").choices(["csv", "jsonl"]),
  )
  .option("--account <address>", "whose contacts the events are about")
  .addOption(new Option("--network <network>", "the account's network").default("messenger"))
  .option("--server <server>", "where the account was, if this history does not know it")
  .option("--coverage <ranges>", "when the events were being recorded: FROM/TO[,FROM/TO …]")
  .addOption(new Option("--coverage-file <file>", "the same, one FROM/TO a line").conflicts("coverage"))
  .option("--source <name>", "what to call where they come from; the file's name, unless given")
  .option("--skip-bad", "leave bad rows out, instead of refusing the file")
  .action(async (options: ImportOptions) => {
    if (options.bundle !== undefined) return mergeFile(options.bundle);
    if (options.events !== undefined) return importEvents(options.events, options);
    throw new Failure(EXIT.usage, "say what to import: --bundle FILE or --events FILE");
  });

async function importEvents(path: string, options: ImportOptions): Promise<void> {
  const folder = dataFolder();
  const coverage = statedCoverage(options);
  prepareToBringIn(folder);
  const checking = progressLine("checking");
  const { file, events, bad } = await stageEvents(
    {
      path,
      format: options.format ?? (/^\.(jsonl|ndjson|json)$/i.test(extname(path)) ? "jsonl" : "csv"),
      account: await accountOf(folder, options),
      coverage,
      source: options.source ?? path,
      skipsBad: options.skipBad ?? false,
      onProgress: checking.tell,
    },
    folder,
  ).finally(() => checking.end());
  for (const words of bad.told) console.error(plain(`left out: ${words}`));
  const counts = await bringIn(folder, file, progressLine("importing"));
  const left = bad.count > 0 ? `; ${bad.count} bad rows left out` : "";
  console.log(plain(`${events.toLocaleString("en")} events read; ${summaryOf(counts)}${left}`));
}

function statedCoverage({ coverage, coverageFile }: ImportOptions): Stated[] {
  const nowMs = systemClock.nowMs();
  if (coverage !== undefined) return parseCoverage(coverage, nowMs);
  if (coverageFile === undefined) {
    throw new Failure(
      EXIT.usage,
      "say with --coverage FROM/TO when these events were being recorded: time outside it is unknown, and nobody else can tell",
    );
  }
  let text: string;
  try {
    text = readFileSync(coverageFile, "utf8");
  } catch (error) {
    throw unreadable(coverageFile, error);
  }
  return parseCoverage(text, nowMs);
}

async function accountOf(
  folder: string,
  { account, network, server }: ImportOptions,
): Promise<ForeignEvents["account"]> {
  if (account === undefined) throw new Failure(EXIT.usage, "say with --account whose contacts the events are about");
  const displayAddress = parseAddress(account);
  const address = displayAddress.toLowerCase();
  const db = readerOrNothing(ownDatabase(folder));
  const accounts = db ? await listAccounts(db, 0) : [];
  db?.close();
  const known = accounts.find((one) => one.network === network && one.address === address);
  if (known) return { network, address, displayAddress, host: known.host, port: known.port };
  if (server !== undefined) return { network, address, displayAddress, ...parseServer(server, DEFAULT_PORT) };
  const others = accounts.length > 0 ? ` (it has ${accounts.map((one) => one.address).join(", ")})` : "";
  throw new Failure(
    EXIT.usage,
    `this history has no account ${address}${others}: say with --server HOST where it was, to bring it in without a password`,
  );
}
