import type { Metadata } from "next";
import { CalendarYears } from "../../charts/calendar-years.tsx";
import { HeatLegend } from "../../charts/week-heatmap.tsx";
import { type AddressWords, readAddressState } from "../../data/address-state.ts";
import type { Board } from "../../data/board.ts";
import { type AccountCoverage, readCoveragePage, USUAL_RANGE } from "../../data/coverage-page.ts";
import { openHistory } from "../../data/history.ts";
import { chooseZone } from "../../data/zone-choice.ts";
import { AccountHead } from "../../ui/account-head.tsx";
import { GapTable } from "../../ui/gap-table.tsx";
import { NotReady } from "../../ui/not-ready.tsx";
import { PageFoot } from "../../ui/page-foot.tsx";
import { RangedHead } from "../../ui/ranged-head.tsx";

export const metadata: Metadata = { title: "Coverage" };

export default async function CoveragePageRoute({ searchParams }: { searchParams: Promise<AddressWords> }) {
  const { tz, range: asked } = readAddressState(await searchParams);
  const history = openHistory();
  if (history.kind !== "ready") return <NotReady history={history} />;
  const { zone, refused } = chooseZone(tz);
  const goodTz = refused === undefined ? tz : null;
  const nowMs = Date.now();
  const { collector, accounts } = await readCoveragePage(history.db, asked, { zone, nowMs });
  return (
    <>
      <RangedHead
        title="Coverage"
        about="When Rollcall was looking, and why it was not."
        path="/coverage"
        range={accounts[0]?.range}
        usual={USUAL_RANGE}
        tz={goodTz}
      />
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
