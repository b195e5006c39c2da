import type { SessionLengths } from "../data/session-lengths.ts";

/** How many sessions of each length; those that looking cut off are thin, for they lasted at least so long. */
export function SessionList({
  sessions: { count, cut, classes, medianWords, longestWords },
}: {
  sessions: SessionLengths;
}) {
  if (count === 0) return <p className="text-sm text-soft">Not seen around in this time.</p>;
  const most = Math.max(...classes.map((one) => one.whole + one.cut));
  return (
    <>
      <p className="mb-3 text-sm">
        {count} {count === 1 ? "time" : "times"}
        {medianWords !== undefined && (
          <>
            , half of them up to <strong className="font-semibold">{medianWords}</strong>
          </>
        )}
        , the longest {longestWords}.
        {cut > 0 && (
          <span className="text-soft">
            {" "}
            {cut} began or ended unobserved and lasted at least this long; the half is of the others.
          </span>
        )}
      </p>
      <table className="w-full text-sm">
        <caption className="sr-only">Sessions by length</caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">Length</th>
            <th scope="col">Seen from coming to going</th>
            <th scope="col">Cut off</th>
          </tr>
        </thead>
        <tbody>
          {classes.map(({ words, whole, cut: cutOff }) => (
            <tr key={words} className="border-t border-line first:border-t-0">
              <th scope="row" className="w-28 py-1.5 pr-3 text-left font-normal whitespace-nowrap">
                {words}
              </th>
              <td className="py-1.5">
                <span className="flex items-center gap-2">
                  <span
                    aria-hidden="true"
                    className="flex h-2.5 flex-1 overflow-hidden rounded-[3px] bg-ground ring-1 ring-line"
                  >
                    <span className="bg-mark" style={{ width: `${((whole / most) * 100).toFixed(2)}%` }} />
                    <span className="thin bg-mark/60" style={{ width: `${((cutOff / most) * 100).toFixed(2)}%` }} />
                  </span>
                  <span className="w-8 text-right tabular-nums">{whole}</span>
                </span>
              </td>
              <td className="w-24 py-1.5 pl-3 text-right text-soft">{cutOff > 0 ? `+ ${cutOff} cut off` : ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
