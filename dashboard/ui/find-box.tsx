"use client";
import { useRef } from "react";
import { useKeys } from "./keys.ts";

interface Props {
  find: string;
  onFind(find: string): void;
  /** The zone as the address says it, which stays. */
  tz: string | null;
  /** What came of it, for who does not see it. */
  found: string;
}

/** A field to find somebody with; `/` leads there. Without scripts it is a form that asks the server. */
export function FindBox({ find, onFind, tz, found }: Props) {
  const field = useRef<HTMLInputElement>(null);
  useKeys({ "/": () => field.current?.focus() });
  return (
    <search>
      <form method="get" action="/" className="mt-4" onSubmit={(event) => event.preventDefault()}>
        {tz && <input type="hidden" name="tz" value={tz} />}
        <input
          ref={field}
          type="search"
          name="find"
          aria-label="Find somebody"
          aria-keyshortcuts="/"
          placeholder="Find somebody, by name, group or status"
          autoComplete="off"
          spellCheck={false}
          value={find}
          onChange={({ target }) => onFind(target.value)}
          className="w-full max-w-sm rounded-lg border border-line-strong bg-card px-3 py-2 text-sm text-ink placeholder:text-soft"
        />
        <span role="status" className={found === "" ? "sr-only" : "ml-3 text-sm text-soft"}>
          {found}
        </span>
      </form>
    </search>
  );
}
