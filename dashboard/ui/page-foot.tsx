import { dateInFull, offsetWords } from "../data/clock-words.ts";
import { BrowserZoneLink } from "./browser-zone-link.tsx";

interface Props {
  zone: string;
  nowMs: number;
  /** A `?tz=` that could not be used. */
  refused: string | undefined;
}

/** In which zone the page's times are, and what its two hardest words mean. */
export function PageFoot({ zone, nowMs, refused }: Props) {
  return (
    <footer className="mt-10 grid gap-2 border-t border-line pt-5 text-[13px] text-soft">
      <p>
        {refused && (
          <span className="text-warn">
            There is no time zone called “<bdi>{refused}</bdi>”.{" "}
          </span>
        )}
        Times are in {zone}
        {zone !== "UTC" && ` (${offsetWords(nowMs, zone)} on ${dateInFull(nowMs, zone)})`}.{" "}
        <BrowserZoneLink zone={zone} />
      </p>
      <p>
        <span className="text-ink">Offline or hidden:</span> the network shows both alike.{" "}
        <span className="text-ink">Unknown:</span> nobody was looking; it counts neither as around nor as offline.
      </p>
    </footer>
  );
}
