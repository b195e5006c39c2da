"use client";
import { useEffect, useRef } from "react";

/** Keys of the whole page, while nobody is typing; where one has nothing to do, the browser does as ever. */
export function useKeys(acts: Record<string, (() => void) | undefined>): void {
  const latest = useRef(acts);
  useEffect(() => {
    latest.current = acts;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const isTyping =
        event.target instanceof Element && event.target.closest("input:not([type=range]), textarea, select") !== null;
      const act = latest.current[event.key];
      if (!act || isTyping || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
}
