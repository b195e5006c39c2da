import { clock } from "../data/clock-words.ts";
import type { Connection } from "./live-board.ts";

const WORDS: Record<Connection, string> = {
  connecting: "Connecting",
  live: "Live",
  lost: "Connection lost",
  "signed-out": "Signed out",
};

const WARNING = "border-warn-line bg-warn-ground text-warn";

const LOOKS: Record<Connection, string> = {
  connecting: "border-line text-soft",
  live: "border-line text-ink",
  lost: WARNING,
  "signed-out": WARNING,
};

interface PillProps {
  connection: Connection;
  /** At least one account is being observed. */
  isObserved: boolean;
  nowMs: number;
  zone: string;
}

/**
 * Whether the page follows the history, and there is something to follow. When it does not, it says as of when it
 * stands.
 */
export function LivePill({ connection, isObserved, nowMs, zone }: PillProps) {
  const isOld = connection === "lost" || connection === "signed-out";
  const isIdle = connection === "live" && !isObserved;
  return (
    <p
      role="status"
      className={`flex shrink-0 items-center gap-2 max-md:absolute max-md:top-4 max-md:right-4 rounded-full border px-3 py-1 text-[13px] font-medium ${isIdle ? WARNING : LOOKS[connection]}`}
    >
      <span
        aria-hidden="true"
        className={`size-2 rounded-full ${isOld || isIdle ? "bg-warn" : connection === "live" ? "bg-mark" : "bg-line-strong"}`}
      />
      {isIdle ? "Not observing" : WORDS[connection]}
      {isOld && <span className="font-normal">as of {clock(nowMs, zone)}</span>}
    </p>
  );
}

export function ConnectionNotice({ connection }: { connection: Connection }) {
  if (connection === "signed-out") {
    return (
      <Notice>
        This browser is no longer signed in. Open the address that <code>npx rollcall start</code> prints; while
        everything runs on, <code>npx rollcall key</code> prints a fresh one.
      </Notice>
    );
  }
  if (connection !== "lost") return null;
  return <Notice>The dashboard does not answer. What you see is from before; trying again …</Notice>;
}

export function Notice({ children }: { children: React.ReactNode }) {
  return (
    <p role="alert" className="mt-4 rounded-xl border border-warn-line bg-warn-ground px-4 py-3 text-sm text-warn">
      {children}
    </p>
  );
}
