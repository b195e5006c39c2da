import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";

/** What a merge asks and writes, row by row. */
export class Rows {
  readonly #db: Handle;

  constructor(db: Handle) {
    this.#db = db;
  }

  get<Row>(sql: string, ...values: unknown[]): Row | undefined {
    return prepared(this.#db, sql).get(...values) as Row | undefined;
  }

  /** The first column of the first row. */
  number(sql: string, ...values: unknown[]): number | undefined {
    return prepared(this.#db, sql)
      .pluck()
      .get(...values) as number | undefined;
  }

  numbers(sql: string, ...values: unknown[]): number[] {
    return prepared(this.#db, sql)
      .pluck()
      .all(...values) as number[];
  }

  run(sql: string, ...values: unknown[]): void {
    prepared(this.#db, sql).run(...values);
  }

  /** Returns the number of the new row. */
  insert(sql: string, ...values: unknown[]): number {
    return Number(prepared(this.#db, sql).run(...values).lastInsertRowid);
  }
}
