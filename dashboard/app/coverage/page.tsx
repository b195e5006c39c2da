import type { Metadata } from "next";
import Link from "next/link";
import { CalendarYears } from "../../charts/calendar-years.tsx";
import { HeatLegend } from "../../charts/week-heatmap.tsx";
import { type AddressWords, readAddressState, writeAddressState } from "../../data/address-state.ts";
import type { Board } from "../../data/board.ts";
import type { Gaps } from "../../data/coverage-days.ts";
import { type AccountCoverage, type FullCoverage, readCoveragePage, USUAL_RANGE } from "../../data/coverage-page.ts";
import { type Flash, flashOf } from "../../data/flash.ts";
import { openHistory } from "../../data/history.ts";
import { chooseZone } from "../../data/zone-choice.ts";
import { AccountHead } from "../../ui/account-head.tsx";
import { AccountActions } from "../../ui/accounts/account-actions.tsx";
import { AddAccount } from "../../ui/accounts/add-account.tsx";
import { Said } from "../../ui/accounts/said.tsx";
import { CrowdList } from "../../ui/crowd-list.tsx";
import { GapTable } from "../../ui/gap-table.tsx";
import { NotReady } from "../../ui/not-ready.tsx";
import { PageFoot } from "../../ui/page-foot.tsx";
import { RangedHead } from "../../ui/ranged-head.tsx";

export const metadata: Metadata = { title: "Accounts and coverage" };

export default async function CoveragePageRoute({ searchParams }: { searchParams: Promise<AddressWords> }) {
  const words = await searchParams;
  const { tz, range: asked } = readAddressState(words);
  const flash = flashOf(typeof words.said === "string" ? words.said : undefined);
  const history = openHistory();
  if (history.kind === "unreadable") return <NotReady history={history} />;
  if (history.kind === "nothing-yet") return <FirstAccount flash={flash} />;
  const { zone, refused } = chooseZone(tz);
  const goodTz = refused === undefined ? tz : null;
  const nowMs = Date.now();
  const { collector, accounts } = await readCoveragePage(history.db, asked, {
    accountId: accountIn(words),
    zone,
    nowMs,
  });
  return (
    <>
      <RangedHead
        title="Accounts and coverage"
        about="What is signed in, when Rollcall was looking, and why it was not."
        path="/coverage"
        range={accounts[0]?.range}
        usual={USUAL_RANGE}
        tz={goodTz}
      />
      {flash && <Said {...flash} />}
      {accounts.map((coverage) => (
        <Account
          key={coverage.account.id}
          coverage={coverage}
          collector={collector}
          zone={zone}
          nowMs={nowMs}
          isSandbox={history.isSandbox}
          fullHref={`/coverage${fullSearch({ tz: goodTz, range: asked }, coverage.account.id)}#account-${coverage.account.id}`}
        />
      ))}
      {accounts.length === 0 && <p className="mt-6 text-soft">There is no account yet.</p>}
      <AddAccount
        values={flash?.isGood === false ? flash.values : {}}
        isSandbox={history.isSandbox}
        isOpen={accounts.length === 0 || history.isSandbox || flash?.isGood === false}
      />
      <PageFoot zone={zone} nowMs={nowMs} refused={refused} />
    </>
  );
}

/** Which of many accounts is told of in full: `?account=ID`. */
function accountIn({ account }: AddressWords): number | undefined {
  const [id = ""] = [account ?? []].flat();
  return /^[1-9]\d{0,11}$/.test(id) ? Number(id) : undefined;
}

function fullSearch(state: { tz: string | null; range: string | null }, accountId: number): string {
  const search = writeAddressState(state);
  return `${search === "" ? "?" : `${search}&`}account=${accountId}`;
}

/** Before anything has been recorded. */
function FirstAccount({ flash }: { flash: Flash | undefined }) {
  return (
    <>
      <h1 className="text-[26px] leading-tight font-semibold tracking-tight">Accounts and coverage</h1>
      <p className="mt-1 text-soft">Nothing has been recorded yet.</p>
      {flash && <Said {...flash} />}
      <AddAccount values={flash?.isGood === false ? flash.values : {}} isSandbox={false} isOpen />
    </>
  );
}

interface Props {
  isSandbox: boolean;
  coverage: AccountCoverage;
  collector: Board["collector"];
  zone: string;
  nowMs: number;
  /** Where this account is told of in full, if it is one of many. */
  fullHref: string;
}

function Account({ coverage: { account, range, observed }, collector, zone, nowMs, isSandbox, fullHref }: Props) {
  return (
    <section aria-label={account.address} id={`account-${account.id}`} className="mt-6 scroll-mt-4">
      <AccountHead account={account} collector={collector} nowMs={nowMs} zone={zone}>
        {!isSandbox && <AccountActions account={account} />}
      </AccountHead>
      <div className="panel mt-3 px-4 py-5 sm:px-6">
        {observed ? (
          <>
            <h2 className="text-[17px] font-semibold tracking-tight">
              Observed for {observed.gaps.observed} of the time
            </h2>
            <p className="text-sm text-soft">
              {observed.gaps.days}
              {observed.gaps.rows.length > 0 && ` · ${observed.gaps.missing} unknown`}
              {!observed.full && ` · ${gapCount(observed.gaps)}`}
            </p>
            {observed.full ? (
              <InFull gaps={observed.gaps} full={observed.full} address={account.address} />
            ) : (
              <p className="mt-2 text-sm">
                <Link href={fullHref} prefetch={false} className="text-mark hover:underline">
                  Day by day, and every gap<span className="sr-only"> of {account.address}</span>
                </Link>
              </p>
            )}
          </>
        ) : (
          <p className="text-sm text-soft">Nothing was observed between {range.words}.</p>
        )}
      </div>
    </section>
  );
}

function InFull({ gaps, full, address }: { gaps: Gaps; full: FullCoverage; address: string }) {
  return (
    <>
      <div className="mt-4">
        <CalendarYears years={full.calendar} label={`Coverage of ${address}`} />
      </div>
      <div className="mt-4">
        <HeatLegend of="the day" hasThin={false} />
      </div>
      <h3 className="mt-6 mb-1 text-sm font-medium">{gapCount(gaps)}</h3>
      {gaps.rows.length > 0 && <GapTable gaps={gaps} caption={`Gaps in the coverage of ${address}`} />}
      {full.crowds.rows.length > 0 && <CrowdList crowds={full.crowds} />}
    </>
  );
}

function gapCount({ rows, more }: Gaps): string {
  const count = rows.length + more;
  if (count === 0) return "No gaps";
  return count === 1 ? "One gap" : `${count.toLocaleString("en")} gaps`;
}
