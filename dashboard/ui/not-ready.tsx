import type { History } from "../data/history.ts";
import { UnreadableFace } from "./faces.tsx";
import { NothingYet } from "./nothing-yet.tsx";

/** In place of a page whose history is not there yet, or cannot be read. */
export function NotReady({ history }: { history: Exclude<History, { kind: "ready" }> }) {
  if (history.kind === "nothing-yet") return <NothingYet folder={history.folder} />;
  return <UnreadableFace message={history.message} />;
}
