import { writeAddressState } from "../data/address-state.ts";
import type { RangeName, ShownRange } from "../data/ranges.ts";
import { RangePicker } from "./range-picker.tsx";

interface Props {
  title: string;
  about: string;
  /** The page's own path. */
  path: string;
  /** Undefined where there is nothing to choose from yet. */
  range: ShownRange | undefined;
  usual: RangeName;
  /** The zone as the address says it. */
  tz: string | null;
}

/** The head of a page that is about a time of one's choice. */
export function RangedHead({ title, about, path, range, usual, tz }: Props) {
  return (
    <>
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div>
          <h1 className="text-[26px] leading-tight font-semibold tracking-tight">{title}</h1>
          <p className="mt-1 text-soft">{about}</p>
        </div>
        {range && (
          <RangePicker
            range={range}
            hrefOf={(other) => `${path}${writeAddressState({ tz, range: other ?? null })}`}
            usual={usual}
            tz={tz}
          />
        )}
      </div>
      {range?.refused && <p className="mt-2 text-sm text-warn">{range.refused}; this is the usual range.</p>}
    </>
  );
}
