import type { Gaps } from "../data/coverage-days.ts";

const CELL = "border-t border-line py-2 align-top";

/** When nobody looked, and why, newest first. On a phone the reason stands below. */
export function GapTable({ gaps: { rows, more }, caption }: { gaps: Gaps; caption: string }) {
  return (
    <>
      <table className="w-full text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead className="text-left text-[13px] text-soft">
          <tr>
            <th scope="col" className="py-1.5 pr-4 font-normal">
              From – to
            </th>
            <th scope="col" className="py-1.5 pr-4 text-right font-normal">
              Length
            </th>
            <th scope="col" className="py-1.5 font-normal max-sm:hidden">
              Why
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, when, length, why, goesOn }) => (
            <tr key={key}>
              <td className={`${CELL} pr-4`}>
                {when}
                <span className="block text-[13px] text-soft sm:hidden">{why}</span>
              </td>
              <td className={`${CELL} pr-4 text-right whitespace-nowrap ${goesOn ? "text-warn" : ""}`}>{length}</td>
              <td className={`${CELL} text-soft max-sm:hidden`}>{why}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && (
        <p className="mt-2 text-[13px] text-soft">
          {more.toLocaleString("en")} earlier ones: choose an earlier range, or download the coverage.
        </p>
      )}
    </>
  );
}
