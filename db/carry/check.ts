/** Reads a bundle from its first line to its last, and believes nothing that it has not checked. */
import { eachStretch } from "../rollup/timeline.ts";
import { STATUS_CODES } from "../status.ts";
import { headOf, type SectionEnd, Tally } from "./bundle.ts";
import { BUNDLE_VERSION, BundleRefused, type BundleRow, type Kind, SECTIONS, type Value } from "./sections.ts";

/**
 * Hands on the lines of a bundle, checked: their order, every value, the references, and at the end the counts and
 * hashes. Throws BundleRefused, which names the line; what was handed on until then must not be used.
 */
export async function* checkedLines(lines: AsyncIterable<string>, name: string): AsyncGenerator<string> {
  const checker = new BundleChecker(name);
  for await (const line of lines) {
    checker.check(line);
    yield line;
  }
  checker.finish();
}

class BundleChecker {
  readonly #name: string;
  /** The section under way; -1 before the first. */
  #section = -1;
  readonly #rows = new Map<string, number>();
  #tally = new Tally();
  readonly #ends: Record<string, SectionEnd> = {};
  #line = 0;
  #isOver = false;
  /** The account of each contact and coverage: an event must not join two accounts. */
  readonly #accounts: Record<"contact" | "coverage", number[]> = { contact: [], coverage: [] };

  constructor(name: string) {
    this.#name = name;
  }

  check(line: string): void {
    this.#line++;
    if (this.#isOver) throw this.#wrong("there is more behind its end");
    const value = this.#parse(line);
    if (this.#line === 1) return this.#checkHeader(value);
    if (Array.isArray(value)) return this.#checkRow(value, line);
    if (typeof value === "object" && value !== null && "section" in value) return this.#checkHead(line);
    this.#checkEnd(value);
  }

  finish(): void {
    if (!this.#isOver) throw this.#wrong("it breaks off: the end is missing, so it is not whole");
  }

  #checkHeader(value: unknown): void {
    const { bundle, version } = (value ?? {}) as { bundle?: unknown; version?: unknown };
    if (bundle !== "rollcall") throw this.#wrong("it does not begin as a bundle does");
    if (typeof version === "number" && version > BUNDLE_VERSION) {
      throw new BundleRefused(
        "newer",
        `${this.#name} is a bundle of version ${version}, from a newer Rollcall (this one knows ${BUNDLE_VERSION}): install the newer version`,
      );
    }
    if (version !== BUNDLE_VERSION) throw this.#wrong(`"version" is ${JSON.stringify(version)}`);
  }

  #checkHead(line: string): void {
    this.#closeSection();
    const next = SECTIONS[++this.#section];
    if (!next || line !== headOf(next)) throw this.#wrong(`here should be ${next ? headOf(next) : "the end"}`);
  }

  #checkRow(row: unknown[], line: string): void {
    const section = SECTIONS[this.#section];
    if (!section) throw this.#wrong("a row before the first section");
    const columns = Object.entries(section.columns);
    if (row.length !== columns.length) {
      throw this.#wrong(`${row.length} values where ${section.name} has ${columns.length} columns`);
    }
    for (const [i, [column, kind]] of columns.entries()) {
      const wrong = this.#flawOf(row[i], kind);
      if (wrong) throw this.#wrong(`${section.name}.${column} is ${JSON.stringify(row[i])?.slice(0, 60)}, ${wrong}`);
    }
    this.#checkMeaning(section.name, row as unknown as BundleRow);
    this.#tally.count();
    this.#tally.add(`${line}\n`);
    this.#rows.set(section.name, (this.#rows.get(section.name) ?? 0) + 1);
  }

  #flawOf(value: unknown, kind: Kind): string | undefined {
    switch (kind) {
      case "text":
      case "text?":
        if (typeof value === "string" || (value === null && kind === "text?")) return undefined;
        return "which is no text";
      case "int":
      case "int?":
        if (Number.isSafeInteger(value) || (value === null && kind === "int?")) return undefined;
        return "which is no whole number";
      case "status":
        if (typeof value === "string" && Object.hasOwn(STATUS_CODES, value)) return undefined;
        return `which is none of ${Object.keys(STATUS_CODES).join(", ")}`;
      case "origin":
        return value === 0 || value === 1 ? undefined : "which is neither 0 (baseline) nor 1 (change)";
      case "base64":
        return typeof value === "string" ? undefined : "which is no base64";
      default: {
        const target = kind.slice(2);
        const count = this.#rows.get(target) ?? 0;
        if (Number.isInteger(value) && (value as number) >= 0 && (value as number) < count) return undefined;
        return `but there are ${count} rows of ${target}`;
      }
    }
  }

  #checkMeaning(section: string, row: BundleRow): void {
    switch (section) {
      case "contact":
        this.#accounts.contact.push(row[0] as number);
        return;
      case "coverage":
        this.#accounts.coverage.push(row[0] as number);
        this.#checkOrder(row[3], row[4]);
        return;
      case "watch":
        this.#checkOrder(row[2], row[3]);
        return;
      case "event":
        if (this.#accounts.contact[row[0] as number] !== this.#accounts.coverage[row[1] as number]) {
          throw this.#wrong("the contact and the coverage are of two accounts");
        }
        return;
      case "day":
        try {
          eachStretch(row[1] as number, Buffer.from(row[2] as string, "base64"), () => undefined);
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
          throw this.#wrong(error.message);
        }
    }
  }

  #checkOrder(fromMs: Value | undefined, toMs: Value | undefined): void {
    if ((fromMs as number) > (toMs as number)) throw this.#wrong(`it ends (${toMs}) before it begins (${fromMs})`);
  }

  #checkEnd(value: unknown): void {
    this.#closeSection();
    const { end, sections } = (value ?? {}) as { end?: unknown; sections?: Record<string, SectionEnd> };
    if (end !== "bundle" || !sections) throw this.#wrong("neither a row, nor a section, nor the end");
    for (const { name } of SECTIONS) {
      const [said, found] = [sections[name], this.#ends[name]];
      if (!said || !found) throw this.#wrong(`section "${name}" is missing`);
      if (said.rows !== found.rows)
        throw this.#wrong(`${found.rows} rows of ${name} where it should have ${said.rows}`);
      if (said.sha256 !== found.sha256) throw this.#wrong(`the rows of ${name} are not those that were written (hash)`);
    }
    this.#isOver = true;
  }

  #closeSection(): void {
    const last = SECTIONS[this.#section];
    if (last) this.#ends[last.name] ??= this.#tally.end();
    this.#tally = new Tally();
  }

  #parse(line: string): unknown {
    try {
      return JSON.parse(line);
    } catch {
      throw this.#wrong("no JSON");
    }
  }

  #wrong(what: string): BundleRefused {
    return new BundleRefused(
      "wrong",
      `${this.#name} is no bundle that can be used, line ${this.#line}: ${what}; export it again with rollcall export --bundle FILE`,
    );
  }
}
