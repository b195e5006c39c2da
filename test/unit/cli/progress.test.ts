import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { line, progressLine } from "../../../collector/cli/progress.ts";

function stream(isTTY: boolean): { written(): string; stream: NodeJS.WriteStream } {
  const through = Object.assign(new PassThrough({ encoding: "utf8" }), { isTTY, columns: 60 });
  return {
    written: () => Array.from({ length: through.readableLength }, () => through.read(1) ?? "").join(""),
    stream: through as unknown as NodeJS.WriteStream,
  };
}

test("on a terminal one line is drawn again and again, and wiped at the end", () => {
  const { written, stream: tty } = stream(true);
  const progress = progressLine("merging", tty);
  progress.tell(1, 4);
  progress.tell(2, 4);
  progress.end();
  expect(written()).toBe(`\r\u001b[K${line("merging", 1, 4, 60)}\r\u001b[K`);
});

test("nothing is said where nobody looks", () => {
  const { written, stream: pipe } = stream(false);
  const progress = progressLine("merging", pipe);
  progress.tell(1, 4);
  progress.end();
  expect(written()).toBe("");
});

test.each([
  [2, 4, 60, "merging  [###############               ]   50 %"],
  [9, 4, 40, "merging  [#####################]  100 %"],
  [1, 3, 20, "merging   33 %"],
  [1_234_567, undefined, 60, "merging  1,234,567"],
])("%d of %s fits into %d columns", (done, total, columns, expected) => {
  const said = line("merging", done, total, columns);
  expect(said).toBe(expected);
  expect(said.length).toBeLessThan(columns);
});
