import type { ReactNode } from "react";

/** A page that has no data to show, and says which kind of nothing that is. */
export function Face({
  title,
  children,
  tone = "calm",
}: {
  title: string;
  children: ReactNode;
  tone?: "calm" | "warn";
}) {
  const look = tone === "warn" ? "rounded-xl border border-warn-line bg-warn-ground" : "panel";
  return (
    <div role={tone === "warn" ? "alert" : undefined} className={`${look} mx-auto mt-10 max-w-xl px-6 py-10 sm:px-10`}>
      <h1 className="text-[22px] leading-tight font-semibold tracking-tight">{title}</h1>
      <div className="mt-3 grid gap-3 text-soft">{children}</div>
    </div>
  );
}

/** There is a history, but it cannot be read. That is never drawn as an empty one. */
export function UnreadableFace({ message }: { message: string }) {
  return (
    <Face title="The history cannot be read" tone="warn">
      <p className="break-words text-ink">{message}.</p>
      <p>Nothing is lost by this: the dashboard only reads. Put it right, then load this page again.</p>
    </Face>
  );
}
