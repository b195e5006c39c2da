/** What the oracle has against a database. `what`: its kind, by which a smaller world is known to fail the same way. */
export interface Finding {
  what:
    | "overclaim"
    | "wrong-status"
    | "not-watched"
    | "lost-time"
    | "silence-unnoticed"
    | "reader"
    | "totals"
    | "rollup"
    | "against-wish"
    | "merge"
    | "mishap";
  /** Roughly when. */
  atMs: number;
  text: string;
}
