import type { Anchor } from "./roving.ts";

const WIDTH_PX = 288;

/** What a cell says, above the cell and never outside its chart. The cell itself carries the same words for readers. */
export function Tip({ anchor, text }: { anchor: Anchor; text: string }) {
  const half = WIDTH_PX / 2;
  return (
    <div
      aria-hidden="true"
      data-testid="tip"
      className="pointer-events-none absolute z-10 flex -translate-y-full justify-center pb-1.5"
      style={{
        top: anchor.top,
        width: `min(${WIDTH_PX}px, 100%)`,
        left: `clamp(0px, ${anchor.centreX - half}px, max(0px, 100% - ${WIDTH_PX}px))`,
      }}
    >
      <span className="rounded-lg bg-ink px-3 py-1.5 text-center text-[13px] leading-snug text-ground shadow-lg">
        {text}
      </span>
    </div>
  );
}
