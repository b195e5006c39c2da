import type { Metadata } from "next";
import Link from "next/link";
import { type ReactNode, Suspense } from "react";
import type { Reading } from "../../../db/status.ts";
import { CalendarYears } from "../../charts/calendar-years.tsx";
import { PeopleBars } from "../../charts/people-bars.tsx";
import { HeatLegend, WeekHeatmap } from "../../charts/week-heatmap.tsx";
import { type AddressWords, readAddressState, writeAddressState } from "../../data/address-state.ts";
import {
  type EveryonePage,
  type EveryonesTimes,
  readEveryonePage,
  readEveryonesTimes,
  USUAL_RANGE,
} from "../../data/everyone-page.ts";
import { openHistory } from "../../data/history.ts";
import { chooseZone } from "../../data/zone-choice.ts";
import { ChartPanel } from "../../ui/chart-panel.tsx";
import { StatusLegend } from "../../ui/legend.tsx";
import { NotReady } from "../../ui/not-ready.tsx";
import { PageFoot } from "../../ui/page-foot.tsx";
import { PairList } from "../../ui/pair-list.tsx";
import { RangedHead } from "../../ui/ranged-head.tsx";
import { RankedList } from "../../ui/ranked-list.tsx";
import { PeopleTable } from "../../ui/tables.tsx";

export const metadata: Metadata = { title: "Everyone" };

const STEP_WORDS = { day: "day", week: "week", month: "month" } as const;

export default async function EveryonePageRoute({ searchParams }: { searchParams: Promise<AddressWords> }) {
  const { tz, range: asked } = readAddressState(await searchParams);
  const history = openHistory();
  if (history.kind !== "ready") return <NotReady history={history} />;
  const { zone, refused } = chooseZone(tz);
  const goodTz = refused === undefined ? tz : null;
  const nowMs = Date.now();
  const page = await readEveryonePage(history.db, asked, { zone, nowMs });
  const search = writeAddressState({ tz: goodTz });
  return (
    <>
      <RangedHead
        title="Everyone"
        about={
          page
            ? `${page.listed} ${page.listed === 1 ? "person" : "people"} · ${page.range.words}`
            : "Nobody on the list yet"
        }
        path="/everyone"
        range={page?.range}
        usual={USUAL_RANGE}
        tz={goodTz}
      />
      {page && <Charts page={page} path={history.path} search={search} />}
      <PageFoot zone={zone} nowMs={nowMs} refused={refused} />
    </>
  );
}

interface Props {
  page: EveryonePage;
  /** Of the history. */
  path: string;
  search: string;
}

function Charts({ page, path, search }: Props) {
  const { chart, heatmap, calendar } = page;
  return (
    <>
      <ChartPanel
        title="How many are around"
        about={`People by status, on average over each ${STEP_WORDS[chart.step]}. Every bar adds up to all who were on the list.`}
      >
        <PeopleBars chart={chart} />
        <div className="mt-3">
          <StatusLegend present={statusesIn(chart)} />
        </div>
        <PeopleTable chart={chart} caption="People by status, on average" />
      </ChartPanel>
      <ChartPanel
        title="When most are around"
        about="Which share of those observed was around, hour by hour of the week."
      >
        <WeekHeatmap heatmap={heatmap} label="Share of everyone around, by hour of the week" />
        <div className="mt-4">
          <HeatLegend />
        </div>
      </ChartPanel>
      <Suspense fallback={<BeingRead />}>
        <Times page={page} path={path} search={search} />
      </Suspense>
      <ChartPanel title="Day by day" about="Which share of observed time people were around, each day of the year.">
        <CalendarYears years={calendar} label="Share of everyone around" />
        <div className="mt-4">
          <HeatLegend />
        </div>
      </ChartPanel>
    </>
  );
}

/** What takes a look at everybody comes when it is ready. */
async function Times({ page, path, search }: Props) {
  const { people, pairs } = await readEveryonesTimes(path, page);
  return (
    <>
      <ChartPanel title="Most and least seen" about="Around-time as a share of the time in which each was observed.">
        {people.most.length === 0 ? (
          <Nothing>Nobody was seen around in this time.</Nothing>
        ) : (
          <div className="grid gap-x-10 gap-y-6 md:grid-cols-2">
            <RankedList title="Most" people={people.most} search={search} />
            {people.least.length > 0 && <RankedList title="Least" people={people.least} search={search} />}
          </div>
        )}
        {people.between > 0 && <p className="mt-3 text-[13px] text-soft">{people.between} more in between.</p>}
        {people.notSeen.length > 0 && <NotSeen people={people.notSeen} search={search} />}
      </ChartPanel>
      <ChartPanel
        title="Around together"
        about="Pairs who share more time than two people with their hours would by chance, most such time first."
      >
        {pairs.length === 0 ? (
          <Nothing>No two shared enough observed time for that.</Nothing>
        ) : (
          <PairList pairs={pairs} search={search} />
        )}
      </ChartPanel>
    </>
  );
}

/** Room for both, and what is going on. */
function BeingRead() {
  return (
    <>
      {["Most and least seen", "Around together"].map((title) => (
        <ChartPanel key={title} title={title} about="Looking at each of them …">
          <div className="h-48 animate-pulse rounded-lg bg-ground motion-reduce:animate-none" />
        </ChartPanel>
      ))}
    </>
  );
}

function NotSeen({ people, search }: { people: EveryonesTimes["people"]["notSeen"]; search: string }) {
  return (
    <details className="mt-3 text-[13px]">
      <summary className="text-soft hover:text-ink">
        {people.length} not seen around: offline or hidden, or not observed
      </summary>
      <p className="mt-2 flex flex-wrap gap-x-4 gap-y-1">
        {people.map(({ contactId, name }) => (
          <Link key={contactId} href={`/contact/${contactId}${search}`} prefetch={false} className="hover:underline">
            <bdi>{name}</bdi>
          </Link>
        ))}
      </p>
    </details>
  );
}

function Nothing({ children }: { children: ReactNode }) {
  return <p className="text-sm text-soft">{children}</p>;
}

function statusesIn({ bars }: EveryonePage["chart"]): ReadonlySet<Reading> {
  return new Set(
    bars.flatMap(({ people }) =>
      Object.entries(people).flatMap(([status, some]) => (some > 0 ? [status as Reading] : [])),
    ),
  );
}
