"use client";
import { useEffect } from "react";
import { Face } from "./faces.tsx";
import { useRedraw } from "./redraw.ts";

const LOOK_EVERY_MS = 2_000;

/** Until the collector has written something; then the board appears by itself. */
export function NothingYet({ folder }: { folder: string }) {
  const { redraw } = useRedraw();
  useEffect(() => {
    const timer = setInterval(() => void redraw(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [redraw]);
  return (
    <Face title="Nothing has been recorded yet">
      <p>
        The collector has not written anything in <code className="font-mono text-[13px] break-all">{folder}</code>. As
        soon as it has, your contacts appear here.
      </p>
      <p>If it is not running, start it:</p>
      <pre className="overflow-x-auto rounded-lg border border-line bg-ground px-3 py-2 font-mono text-[13px] text-ink">
        npx rollcall start
      </pre>
    </Face>
  );
}
