/** A bare collector for tests that kill it: prints what it has to say, and `committed SEQ` after each COMMIT. */
import { systemClock } from "../../../collector/clock.ts";
import { messenger } from "../../../collector/network/messenger.ts";
import { Collector } from "../../../collector/supervise/collector.ts";

const [folder = "", databasePath = ""] = process.argv.slice(2);
const say = (line: string) => void process.stdout.write(`${line}\n`);

const started = Collector.start({
  folder,
  databasePath,
  clock: systemClock,
  networks: { messenger },
  version: "0.0.0-test",
  say: (level, message) => say(`${level} ${message}`),
  backoff: { baseMs: 20, capMs: 20, stableMs: 60_000 },
  onCommitted: (_, lastSeq) => say(`committed ${lastSeq}`),
});
process.on("SIGTERM", async () => (await started).stop("stopped"));
