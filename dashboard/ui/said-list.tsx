import type { SaidLine } from "../data/said.ts";

const SHOWN = 5;

/** Names and messages, change by change. */
export function SaidList({ lines }: { lines: SaidLine[] }) {
  if (lines.length === 0) return <p className="text-sm text-soft">Nothing changed in this time.</p>;
  return (
    <>
      <Lines lines={lines.slice(0, SHOWN)} />
      {lines.length > SHOWN && (
        <details>
          <summary className="mt-2 text-[13px] text-soft hover:text-ink">{lines.length - SHOWN} earlier ones</summary>
          <Lines lines={lines.slice(SHOWN)} />
        </details>
      )}
    </>
  );
}

function Lines({ lines }: { lines: SaidLine[] }) {
  return (
    <dl className="text-sm">
      {lines.map(({ key, when, what, value }) => (
        <div
          key={key}
          className="grid gap-x-4 border-t border-line py-2 first:border-t-0 sm:grid-cols-[11rem_minmax(0,1fr)]"
        >
          <dt className="text-soft">
            {when}
            <span className="block text-[13px]">{what}</span>
          </dt>
          <dd className="[overflow-wrap:anywhere]">
            {value === "" ? <span className="text-soft">nothing any more</span> : <bdi>{value}</bdi>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
