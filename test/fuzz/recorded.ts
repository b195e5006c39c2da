/** What a real server sent: where the fuzzer begins. */
import { RECORDINGS, readRecording } from "../helpers/transcript.ts";

/** Lines with their payloads, each kind once: the same words with other numbers teach a fuzzer nothing. */
export function recordedFrames(verbs: RegExp): Buffer[] {
  const found = new Map<string, Buffer>();
  for (const name of RECORDINGS.filter((one) => /^(msnp|client-)/.test(one))) {
    for (const { steps } of readRecording(name).conversations) {
      for (const step of steps) {
        if (step.kind !== "server" || !verbs.test(step.verb) || step.bytes.length > 2_000) continue;
        const shape = step.bytes.toString("latin1").replace(/[\da-f]{3,}|\d+/g, "0");
        if (!found.has(shape)) found.set(shape, step.bytes);
      }
    }
  }
  return [...found.values()];
}

/** The payloads alone. */
export function recordedPayloads(verbs: RegExp): Buffer[] {
  return recordedFrames(verbs).map((bytes) => bytes.subarray(bytes.indexOf(0x0a) + 1));
}
