import type { Preview } from "../../data/export-page.ts";

/** The first rows, as they stand in the file. */
export function PreviewTable({ preview: { columns, rows, lines, hasMore } }: { preview: Preview }) {
  if (rows.length === 0)
    return (
      <p className="text-sm text-soft">Nothing was recorded in this time: the file has its columns and no rows.</p>
    );
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section aria-label="The first rows" tabIndex={0} className="-mx-4 overflow-x-auto px-4 sm:-mx-6 sm:px-6">
        {lines.length > 0 ? (
          <pre className="text-[12px] leading-relaxed">{lines.map((line) => `${line}\n`)}</pre>
        ) : (
          <table className="text-[13px]">
            <caption className="sr-only">The first rows of the file</caption>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column} scope="col" className="border-b border-line-strong px-2 py-1 text-left font-medium">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((cells, nth) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a row of a file is its place
                <tr key={nth}>
                  {cells.map((cell, at) => (
                    <td
                      key={columns[at]}
                      className="max-w-60 truncate border-b border-line px-2 py-1 whitespace-nowrap"
                    >
                      <bdi>{cell}</bdi>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      {hasMore && <p className="mt-2 text-[13px] text-soft">… and more in the file.</p>}
    </>
  );
}
