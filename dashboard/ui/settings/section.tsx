import type { ReactNode } from "react";
import type { Said, Section as SectionId } from "../../data/settings-said.ts";

interface Props {
  id: SectionId;
  title: string;
  about: ReactNode;
  /** What the last form led to, wherever it stood. */
  said: Said | undefined;
  children: ReactNode;
}

/** One subject of the settings, with the answer to its own forms. */
export function Section({ id, title, about, said, children }: Props) {
  return (
    <section id={id} aria-labelledby={`${id}-title`} className="panel mt-5 scroll-mt-4 px-4 py-5 sm:px-6">
      <h2 id={`${id}-title`} className="text-[17px] font-semibold tracking-tight">
        {title}
      </h2>
      <p className="max-w-prose text-sm text-soft">{about}</p>
      {said?.section === id && (
        <p
          role={said.isDone ? "status" : "alert"}
          className={`mt-4 w-fit rounded-lg border px-3 py-2 text-sm ${said.isDone ? "border-line bg-tint" : "border-warn-line bg-warn-ground text-warn"}`}
        >
          {said.words}
        </p>
      )}
      <div className="mt-4">{children}</div>
    </section>
  );
}
