import type { Crowds } from "../data/crowd-rows.ts";

/** Crowds that went or came within seconds, newest first. */
export function CrowdList({ crowds: { rows, more } }: { crowds: Crowds }) {
  return (
    <>
      <h3 className="mt-6 text-sm font-medium">Probably the server</h3>
      <p className="mb-2 text-[13px] text-soft">
        So many people hardly come or go within seconds. It is recorded as it came.
      </p>
      <ul className="text-sm">
        {rows.map(({ key, when, what }) => (
          <li key={key} className="flex flex-wrap gap-x-4 border-t border-line py-2">
            <span className="min-w-40">{when}</span>
            <span className="text-soft">{what}</span>
          </li>
        ))}
      </ul>
      {more > 0 && (
        <p className="mt-2 text-[13px] text-soft">{more.toLocaleString("en")} earlier ones: choose an earlier range.</p>
      )}
    </>
  );
}
