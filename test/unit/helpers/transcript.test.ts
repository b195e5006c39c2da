/** The recordings are read whole, and what is served in their place agrees with them. */
import { expect, test } from "vitest";
import { addressBookOf, membershipsOf } from "../../helpers/replay-address-book.ts";
import { parseRecording, RECORDINGS, readRecording, readSoap, readTranscript } from "../../helpers/transcript.ts";

const HEAD = "14:00:00.000 alice   -- TCP connect 127.0.0.1:1\n";

test("there are recordings of eleven dialects in six scenes, of restarts, of the gateway and of two real clients", () => {
  const dialects = ["02", "04", "07", "08", "09", "11", "12", "13", "15", "16", "18"];
  const scenes = [
    "presence",
    "switchboard",
    "signed-in-elsewhere",
    "wrong-password",
    "bad-input",
    "contact-add-remove",
  ];
  for (const dialect of dialects) for (const scene of scenes) expect(RECORDINGS).toContain(`msnp${dialect}-${scene}`);
  expect(RECORDINGS).toHaveLength(dialects.length * scenes.length + 5);
});

for (const name of RECORDINGS) {
  test(`${name}: every line belongs to a connection, and every payload has the size it announces`, () => {
    const { conversations, entries } = readRecording(name);
    const steps = conversations.flatMap((one) => one.steps);
    expect(entries.filter(({ kind }) => kind === "step")).toHaveLength(steps.length);
    for (const step of steps) {
      if (step.kind !== "server" || !/^(MSG|UBX|GCF|NOT) /.test(step.line)) continue;
      const size = step.bytes.length - step.bytes.indexOf("\r\n") - 2;
      expect(size, step.line).toBe(Number(step.line.split(" ").at(-1)));
    }
  });
}

test("what is not understood is refused", () => {
  expect(() => parseRecording("nonsense")).toThrow("not a line of a recording: nonsense");
  expect(() => parseRecording("14:00:00.000 alice   S> QNG")).toThrow("alice is not connected");
  expect(() => parseRecording(`${HEAD}14:00:00.000 alice   -- shrugs`)).toThrow("not a note that is known");
  expect(() => parseRecording(`${HEAD}14:00:00.000 alice   S> MSG a a 3 {payload "four"}`)).toThrow("1 bytes too long");
  expect(() => parseRecording(`${HEAD}14:00:00.000 alice   H> PUT https /`)).toThrow("not a web request");
});

test("a socket that was left open hears under its own name that it was signed in elsewhere", () => {
  const bobs = readTranscript("msnp08-server-restart-SIGTERM").filter(({ who }) => who === "bob");
  expect(bobs.map(({ steps }) => steps.some((step) => step.kind === "server" && step.line === "OUT OTH"))).toEqual([
    false,
    true,
    false,
    false,
  ]);
});

/** Of MSNP16's answers only the beginning was kept, with other ids; MSNP15's have the same shape. */
for (const dialect of ["13", "15", "18"]) {
  test(`MSNP${dialect}: the address book that is served begins as the recorded one`, () => {
    const alice = readTranscript(`msnp${dialect}-presence`).find(({ who }) => who === "alice");
    const bodies =
      alice?.steps.flatMap((step) => (step.kind === "response" ? [step.response.body?.text ?? ""] : [])) ?? [];
    const find = (action: string) => bodies.find((body) => body.includes(`<${action}Response`)) ?? "";
    const served = { FindMembership: membershipsOf, ABFindAll: addressBookOf };
    for (const [action, serve] of Object.entries(served)) {
      const recorded = find(action);
      expect(recorded.length).toBeGreaterThan(5_000);
      const text = serve("alice@example.com", `MSNP${dialect}`);
      expect(text.slice(0, recorded.length)).toBe(recorded);
      expect(text).toBe(readSoap(`soap-msnp${dialect}-${action}`));
    }
  });
}
