"use client";
import { useRouter } from "next/navigation";
import { useCallback, useState } from "react";
import { type Answering, whoAnswers } from "./answering.ts";

/**
 * Draws the page afresh, when the dashboard answers: otherwise the browser would put an error of its own in its place, and
 * what was there would be gone. `answering`: what came of it the last time. `path`: see `whoAnswers`.
 */
export function useRedraw(path?: string): { redraw: () => Promise<void>; answering: Answering } {
  const router = useRouter();
  const [answering, setAnswering] = useState<Answering>("live");
  const redraw = useCallback(async () => {
    const answer = await whoAnswers(path);
    setAnswering(answer);
    // Whoever is let in no more is shown the door.
    if (answer !== "lost") router.refresh();
  }, [router, path]);
  return { redraw, answering };
}
