import type { ReactNode } from "react";

interface Props {
  title: string;
  /** What the chart answers, in a sentence. */
  about: string;
  aside?: ReactNode;
  children: ReactNode;
}

export function ChartPanel({ title, about, aside, children }: Props) {
  return (
    <section aria-label={title} className="panel mt-5 px-4 py-5 sm:px-6">
      <div className="mb-4 flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <div>
          <h2 className="text-[17px] font-semibold tracking-tight">{title}</h2>
          <p className="text-sm text-soft">{about}</p>
        </div>
        {aside}
      </div>
      {children}
    </section>
  );
}
