"use client";
import { Face } from "../ui/faces.tsx";

/** A page that failed. It must never be taken for a page without data. */
export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <Face title="This page could not be drawn" tone="warn">
      <p>
        Something went wrong inside the dashboard; recording is not affected. What exactly is in the terminal where
        Rollcall runs{error.digest ? `, under number ${error.digest}` : ""}.
      </p>
      <p>
        <button
          type="button"
          onClick={reset}
          className="rounded-lg border border-line-strong bg-card px-3.5 py-1.5 text-sm font-medium text-ink hover:bg-ground"
        >
          Try again
        </button>
      </p>
    </Face>
  );
}
