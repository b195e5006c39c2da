import type { Metadata } from "next";
import { CalendarYears } from "../../charts/calendar-years.tsx";
import { HeatLegend } from "../../charts/week-heatmap.tsx";
import { type AddressWords, readAddressState, writeAddressState } from "../../data/address-state.ts";
import type { Board } from "../../data/board.ts";
import { type AccountCoverage, readCoveragePage, USUAL_RANGE } from "../../data/coverage-page.ts";
import { openHistory } from "../../data/history.ts";
import { chooseZone } from "../../data/zone-choice.ts";
import { AccountHead } from "../../ui/account-head.tsx";
import { UnreadableFace } from "../../ui/faces.tsx";
import { GapTable } from "../../ui/gap-table.tsx";
import { NothingYet } from "../../ui/nothing-yet.tsx";
import { PageFoot } from "../../ui/page-foot.tsx";
import { RangePicker } from "../../ui/range-picker.tsx";

export const metadata: Metadata = { title: "Coverage" };

export default async function CoveragePageRoute({ searchParams }: { searchParams: Promise<AddressWords> }) {
  const { tz, range: asked } = readAddressState(await searchParams);
  const history = openHistory();
  if (history.kind === "nothing-yet") return <NothingYet folder={history.folder} />;
  if (history.kind === "unreadable") return <UnreadableFace message={history.message} />;
  const { zone, refused } = chooseZone(tz);
  const goodTz = refused === undefined ? tz : null;
  const nowMs = Date.now();
  const { collector, accounts } = await readCoveragePage(history.db, asked, { zone, nowMs });
  const range = accounts[0]?.range;
  return (
    <>
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div>
          <h1 className="text-[26px] leading-tight font-semibold tracking-tight">Coverage</h1>
          <p className="mt-1 text-soft">When Rollcall was looking, and why it was not.</p>
        </div>
        {range && (
          <RangePicker
            range={range}
            hrefOf={(other) => `/coverage${writeAddressState({ tz: goodTz, range: other ?? null })}`}
            usual={USUAL_RANGE}
            tz={goodTz}
          />
        )}
      </div>
      {range?.refused && <p className="mt-2 text-sm text-warn">{range.refused}; this is the usual range.</p>}
      {accounts.map((coverage) => (
        <Account key={coverage.account.id} coverage={coverage} collector={collector} zone={zone} nowMs={nowMs} />
      ))}
      {accounts.length === 0 && <p className="mt-6 text-soft">There is no account yet.</p>}
      <PageFoot zone={zone} nowMs={nowMs} refused={refused} />
    </>
  );
}

interface Props {
  coverage: AccountCoverage;
  collector: Board["collector"];
  zone: string;
  nowMs: number;
}

function Account({ coverage: { account, range, observed }, collector, zone, nowMs }: Props) {
  return (
    <section aria-label={account.address} className="mt-6">
      <AccountHead account={account} collector={collector} nowMs={nowMs} zone={zone} />
      <div className="panel mt-3 px-4 py-5 sm:px-6">
        {observed ? (
          <>
            <h2 className="text-[17px] font-semibold tracking-tight">
              Observed for {observed.gaps.observed} of the time
            </h2>
            <p className="mb-4 text-sm text-soft">
              {observed.gaps.days}
              {observed.gaps.rows.length > 0 && ` · ${observed.gaps.missing} unknown`}
            </p>
            <CalendarYears years={observed.calendar} label={`Coverage of ${account.address}`} />
            <div className="mt-4">
              <HeatLegend of="the day" hasThin={false} />
            </div>
            <h3 className="mt-6 mb-1 text-sm font-medium">
              {gapCount(observed.gaps.rows.length + observed.gaps.more)}
            </h3>
            {observed.gaps.rows.length > 0 && (
              <GapTable gaps={observed.gaps} caption={`Gaps in the coverage of ${account.address}`} />
            )}
          </>
        ) : (
          <p className="text-sm text-soft">Nothing was observed between {range.words}.</p>
        )}
      </div>
    </section>
  );
}

function gapCount(count: number): string {
  if (count === 0) return "No gaps";
  return count === 1 ? "One gap" : `${count.toLocaleString("en")} gaps`;
}
