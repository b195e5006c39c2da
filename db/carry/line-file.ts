/** A text file of our own, read line by line at once, for whoever works in small steps. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const CHUNK_BYTES = 64 * 1024;
const LINE_FEED = 10;

export class LineFile {
  readonly #fd: number;
  readonly sizeBytes: number;
  readonly #buffer = Buffer.alloc(CHUNK_BYTES);
  #rest: Buffer = Buffer.alloc(0);
  #lines: string[] = [];
  #i = 0;
  #readBytes = 0;

  constructor(path: string) {
    this.#fd = openSync(path, "r");
    this.sizeBytes = fstatSync(this.#fd).size;
  }

  /** How far the reading is. */
  get readBytes(): number {
    return this.#readBytes;
  }

  /** The next line without its line feed; undefined at the end. */
  next(): string | undefined {
    while (this.#i >= this.#lines.length) {
      if (!this.#read()) return undefined;
    }
    return this.#lines[this.#i++];
  }

  close(): void {
    closeSync(this.#fd);
  }

  #read(): boolean {
    const count = readSync(this.#fd, this.#buffer);
    if (count === 0) return false;
    this.#readBytes += count;
    const bytes = Buffer.concat([this.#rest, this.#buffer.subarray(0, count)]);
    // Cut between lines, never inside a character.
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    this.#rest = Buffer.from(bytes.subarray(end));
    this.#lines = end === 0 ? [] : bytes.toString("utf8", 0, end - 1).split("\n");
    this.#i = 0;
    return true;
  }
}
