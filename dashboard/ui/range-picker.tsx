import { RANGE_NAMES, RANGE_WORDS, type RangeName, type ShownRange } from "../data/ranges.ts";
import { RangeSwitch } from "./range-switch.tsx";

interface Props {
  range: ShownRange;
  /** The address of this page with another range; undefined is the usual one. */
  hrefOf: (range: string | undefined) => string;
  usual: RangeName;
  /** The zone as the address says it. */
  tz: string | null;
}

/** Which time the page is about: one of the usual ranges, or two dates. It works without scripts. */
export function RangePicker({ range, hrefOf, usual, tz }: Props) {
  const [first = "", last = ""] = range.name === undefined ? (range.asked?.split("..") ?? []) : [];
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <RangeSwitch
        label="Range"
        choices={RANGE_NAMES.map((name) => ({
          href: hrefOf(name === usual ? undefined : name),
          words: RANGE_WORDS[name],
          isChosen: name === range.name,
        }))}
      />
      <details className="relative text-[13px]">
        <summary
          className={`list-none rounded-lg border border-line px-3 py-1.5 hover:text-ink [&::-webkit-details-marker]:hidden ${range.name ? "text-soft" : "bg-card font-medium"}`}
        >
          {range.name ? "Dates …" : range.words}
        </summary>
        <form className="absolute right-0 z-20 mt-2 grid w-64 gap-3 rounded-xl border border-line-strong bg-card p-4 shadow-lg max-md:right-auto max-md:left-0">
          {tz && <input type="hidden" name="tz" value={tz} />}
          <label className="grid gap-1">
            First day
            <input type="date" name="from" required defaultValue={first} className={FIELD} />
          </label>
          <label className="grid gap-1">
            Last day
            <input type="date" name="last" required defaultValue={last} className={FIELD} />
          </label>
          <button type="submit" className="rounded-lg bg-mark px-3 py-1.5 font-medium text-mark-ink">
            Show
          </button>
        </form>
      </details>
    </div>
  );
}

const FIELD = "rounded-lg border border-line-strong bg-ground px-2.5 py-1.5 text-ink";
