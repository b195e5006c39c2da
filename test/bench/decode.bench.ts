/**
 * A recorded day of presence lines, decoded to typed observations by the chain that a session uses, against merely
 * cutting the same bytes into lines and words. Both alternate within one run; only their ratio is worth keeping.
 */
import { readDetailsLine, readPresence } from "../../collector/network/messenger/presence/line.ts";
import { FrameDecoder, SERVER_PAYLOAD_VERBS } from "../../collector/network/messenger/wire/frame.ts";
import { readRecording } from "../helpers/transcript.ts";
import { inSpread } from "./spread.ts";

const LINES_PER_DIALECT = 100_000;
/** A large list of contacts, and far more people than the readers remember words of. */
const PEOPLE = [200, 20_000];
const CHUNK_BYTES = 16 * 1024;
const RUNS = 25;

/** What one account hears in a day, in the chunks in which it arrives. */
interface Day {
  dialect: number;
  lines: number;
  chunks: Buffer[];
}

export function run(): void {
  for (const people of PEOPLE) compare(people);
}

function compare(people: number): void {
  const days = [7, 12, 18].map((dialect) => recordedDay(dialect, people));
  const lines = days.reduce((sum, day) => sum + day.lines, 0);
  const bytes = days.flatMap((day) => day.chunks).reduce((sum, chunk) => sum + chunk.length, 0);
  console.log(
    `${lines} lines of MSNP7, 12 and 18 about ${people} people, ${(bytes / 1e6).toFixed(0)} MB, ${RUNS} runs`,
  );

  const cutting: number[] = [];
  const decoding: number[] = [];
  for (let round = 0; round <= RUNS; round++) {
    const cut = rate(lines, () => days.forEach(cutOnly));
    const decoded = rate(lines, () => days.forEach(decode));
    // The first round only warms up.
    if (round > 0) cutting.push(cut) && decoding.push(decoded);
  }
  console.log(`  cutting  ${inSpread(cutting)} million lines a second`);
  console.log(`  decoding ${inSpread(decoding)} million lines a second`);
  console.log(`  ratio    ${inSpread(ratios(decoding, cutting))}`);
  for (const day of days) {
    const alone = Array.from({ length: RUNS }, () => rate(1, () => decode(day)) / rate(1, () => cutOnly(day)));
    console.log(`  ratio of MSNP${day.dialect} alone ${inSpread(alone)}`);
  }
}

function ratios(above: readonly number[], below: readonly number[]): number[] {
  return above.map((value, at) => value / (below[at] ?? Number.NaN));
}

/** Million units a second. */
function rate(units: number, work: () => void): number {
  const startedMs = performance.now();
  work();
  return units / 1e3 / (performance.now() - startedMs);
}

/** Kept where the optimiser cannot see that nobody asks for it. */
export const seen = { words: 0, observations: 0 };

function cutOnly({ chunks }: Day): void {
  for (const chunk of chunks) {
    let at = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, at)) {
      seen.words += chunk.toString("latin1", at, end).split(" ").length;
      at = end + 1;
    }
  }
}

function decode({ chunks, dialect }: Day): void {
  const decoder = new FrameDecoder(SERVER_PAYLOAD_VERBS);
  for (const chunk of chunks) {
    for (const frame of decoder.push(chunk)) {
      const said = frame.verb === "UBX" ? readDetailsLine(frame, dialect) : readPresence(frame, dialect);
      if (!said) throw new Error(`${frame.verb} ${frame.params.join(" ")} says nothing`);
      seen.observations++;
    }
  }
}

/** The presence lines of a recording again and again, each time about somebody else. */
function recordedDay(dialect: number, people: number): Day {
  const recorded = presenceLines(`msnp${String(dialect).padStart(2, "0")}-presence`);
  const lines = Array.from({ length: LINES_PER_DIALECT }, (_, n) => {
    // Everyone's lines, each time in another order: strides without a common divisor meet all pairs.
    const line = recorded[(n * 7) % recorded.length] ?? "";
    return about(line, (n * 31) % people);
  });
  const bytes = Buffer.from(lines.join(""), "latin1");
  const chunks = Array.from({ length: Math.ceil(bytes.length / CHUNK_BYTES) }, (_, n) =>
    Buffer.from(bytes.subarray(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES)),
  );
  return { dialect, lines: LINES_PER_DIALECT, chunks };
}

function presenceLines(recording: string): string[] {
  return readRecording(recording)
    .conversations.flatMap(({ steps }) => steps)
    .flatMap((step) => (step.kind === "server" && /^(ILN|NLN|FLN|UBX)$/.test(step.verb) ? [step.bytes] : []))
    .map((bytes) => bytes.toString("latin1"));
}

/** The line with another address and, where it has them, another name, place and message; a payload keeps its length. */
function about(line: string, person: number): string {
  const end = line.indexOf("\r\n");
  const head = line
    .slice(0, end)
    .replace(/(alice|bob|carol|dave)(@|%40)/g, `$1${person}$2`)
    .replace(/ (Alice|Bob|Carol|Dave)%20/, ` $1%20${person}%20`);
  const payload = line
    .slice(end)
    .replace(/\{(\d)\1{7}-/g, `{$10${String(person).padStart(6, "0")}-`)
    .replace("<PSM>hi", `<PSM>${(person % 1296).toString(36).padStart(2, "0")}`);
  return head + payload;
}
