import { headers } from "next/headers";
import Link from "next/link";
import { notFound } from "next/navigation";
import type { Contact } from "../../../../db/history/contacts.ts";
import { Actogram } from "../../../charts/actogram.tsx";
import { CalendarYears } from "../../../charts/calendar-years.tsx";
import { DayBars } from "../../../charts/day-bars.tsx";
import { DayStrips } from "../../../charts/day-strips.tsx";
import { TypicalDay } from "../../../charts/typical-day.tsx";
import { HeatLegend, WeekHeatmap } from "../../../charts/week-heatmap.tsx";
import {
  type AddressState,
  type AddressWords,
  readAddressState,
  writeAddressState,
} from "../../../data/address-state.ts";
import { type Board, everyone } from "../../../data/board.ts";
import { callerOf } from "../../../data/caller.ts";
import { dateInFull } from "../../../data/clock-words.ts";
import { BRIDGED_MS, type ContactPage, contactById, readContactPage, USUAL_RANGE } from "../../../data/contact-page.ts";
import { durationWords } from "../../../data/durations.ts";
import { openHistory } from "../../../data/history.ts";
import { shownName } from "../../../data/names.ts";
import { readBoard } from "../../../data/read-board.ts";
import { chooseZone } from "../../../data/zone-choice.ts";
import { BehindPanel } from "../../../ui/behind-panel.tsx";
import { ChartPanel } from "../../../ui/chart-panel.tsx";
import { ComparisonPanel } from "../../../ui/comparison-panel.tsx";
import { ContactNow } from "../../../ui/contact-now.tsx";
import { ContactStill } from "../../../ui/contact-still.tsx";
import { DownloadMenu } from "../../../ui/download-menu.tsx";
import { StatusLegend } from "../../../ui/legend.tsx";
import { NotReady } from "../../../ui/not-ready.tsx";
import { OwnWords } from "../../../ui/own-words.tsx";
import { PageFoot } from "../../../ui/page-foot.tsx";
import { RangePicker } from "../../../ui/range-picker.tsx";
import { SaidList } from "../../../ui/said-list.tsx";
import { SessionList } from "../../../ui/session-list.tsx";
import { DaysTable, DayTable, HeatTable, TypicalDayTable } from "../../../ui/tables.tsx";

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<AddressWords>;
}

export default async function ContactPageRoute({ params, searchParams }: Props) {
  const { id } = await params;
  const asked = readAddressState(await searchParams);
  const history = openHistory();
  if (history.kind !== "ready") return <NotReady history={history} />;
  const contact = await contactById(id);
  if (!contact) notFound();
  const { zone, refused } = chooseZone(asked.tz);
  const nowMs = Date.now();
  const page = await readContactPage(history.db, contact, { asked, zone, nowMs });
  const isGuest = callerOf(await headers()).kind === "guest";
  // What the owner calls and notes about somebody is the owner's alone.
  if (isGuest) page.notes = { alias: "", note: "", tags: [] };
  const called = { ...contact, name: page.notes.alias || contact.name };
  const board = await readBoard(history.db, history.isSandbox, nowMs, zone, [called]);
  const tz = refused === undefined ? asked.tz : null;
  const { range } = page;
  const compare = asked.compare === "before" ? asked.compare : null;
  const hrefWith = (more: Partial<AddressState> = {}) =>
    `/contact/${contact.id}${writeAddressState({ tz, range: range.asked ?? null, compare, ...more })}`;
  return (
    <>
      <Head
        contact={isGuest ? { ...contact, groups: [] } : contact}
        page={page}
        board={board}
        zone={zone}
        tz={tz}
        isGuest={isGuest}
      />
      {!isGuest && (
        <OwnWords
          contactId={contact.id}
          notes={page.notes}
          name={shownName(contact.name, contact.address)}
          back={hrefWith()}
        />
      )}
      <div className="mt-7 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <p className="text-soft">
          {range.words}
          {range.name !== "all" && (
            <>
              {" · "}
              <Link
                href={hrefWith({ compare: compare ? null : "before" })}
                scroll={false}
                prefetch={false}
                className="text-sm text-mark hover:underline"
              >
                {compare ? "Do not compare" : "Compare with the time before"}
              </Link>
            </>
          )}
        </p>
        <RangePicker
          range={range}
          hrefOf={(other) => `/contact/${contact.id}${writeAddressState({ tz, range: other ?? null, compare })}`}
          usual={USUAL_RANGE}
          tz={tz}
        />
      </div>
      {range.refused && <p className="mt-2 text-sm text-warn">{range.refused}; this is the usual range.</p>}
      {page.behind && (
        <BehindPanel
          behind={page.behind}
          closeHref={hrefWith()}
          hrefOf={(after) => hrefWith({ day: asked.day, hour: asked.hour, after })}
        />
      )}
      {page.comparison && <ComparisonPanel comparison={page.comparison} />}
      <Charts page={page} search={hrefWith()} />
      <PageFoot zone={zone} nowMs={nowMs} refused={refused} />
    </>
  );
}

/** `search`: this page's own address, to which a day or an hour can be added. */
function Charts({
  page: { days, statuses, heatmap, typicalDay, sessions, said },
  search,
}: {
  page: ContactPage;
  search: string;
}) {
  return (
    <>
      {days.kind === "strips" ? (
        <ChartPanel
          title="Day by day"
          about="One row a day, midnight to midnight. Point at a stretch, or walk with the arrow keys, for its exact times; a day’s name leads to its events."
        >
          <DayStrips chart={days.chart} search={search} />
          <div className="mt-4">
            <StatusLegend present={statuses} />
          </div>
        </ChartPanel>
      ) : (
        <ChartPanel
          title="Day by day"
          about="One thin row a day, newest on top: the habit, and where it changed. A row leads to its events."
        >
          <Actogram chart={days.chart} search={search} />
          <div className="mt-4">
            <StatusLegend present={statuses} />
          </div>
          <DaysTable rows={days.chart.rows} caption="Around-time day by day" />
        </ChartPanel>
      )}
      <ChartPanel
        title="When around"
        about="The share of observed time, hour by hour of the week. An hour leads to its events."
      >
        <WeekHeatmap heatmap={heatmap} label="Around-time by hour of the week" search={search} />
        <div className="mt-4">
          <HeatLegend />
        </div>
        <HeatTable heatmap={heatmap} caption="Around-time as a share of observed time, by hour of the week" />
      </ChartPanel>
      <ChartPanel title="A typical day" about="The share of observed time, hour by hour of the day.">
        <TypicalDay day={typicalDay} />
        <TypicalDayTable day={typicalDay} caption="Around-time as a share of observed time, by hour of the day" />
      </ChartPanel>
      {days.kind === "strips" ? (
        <ChartPanel
          title="Hours a day"
          about="Every bar adds up to its whole day; what was not observed is part of it."
        >
          <DayBars bars={days.bars} />
          <div className="mt-3">
            <StatusLegend present={statuses} />
          </div>
          <DayTable bars={days.bars} caption="Hours by status, day by day" />
        </ChartPanel>
      ) : (
        <ChartPanel title="Share of each day" about="Which share of observed time around, each day of the year.">
          <CalendarYears years={days.calendar} label="Around-time" />
          <div className="mt-4">
            <HeatLegend />
          </div>
        </ChartPanel>
      )}
      <ChartPanel
        title="How long at a time"
        about={`From coming to going; a break shorter than ${durationWords(BRIDGED_MS)} is none, and nobody looking always ends one.`}
      >
        <SessionList sessions={sessions} />
      </ChartPanel>
      <ChartPanel title="What they showed" about="Names, messages and the like, as they changed; newest first.">
        <SaidList lines={said} />
      </ChartPanel>
    </>
  );
}

interface HeadProps {
  contact: Contact;
  page: ContactPage;
  board: Board;
  zone: string;
  tz: string | null;
  isGuest: boolean;
}

function Head({ contact, page: { account, firstWatchedMs, notes, seen }, board, zone, tz, isGuest }: HeadProps) {
  const search = writeAddressState({ tz });
  const whose = new URLSearchParams({ contact: contact.address, account: account.address, ...(tz ? { tz } : {}) });
  return (
    <>
      <p className="text-sm">
        {/* A guest's first page is the gate's own, which is no page of Next's to go to within. */}
        {isGuest ? (
          <a href="/" className="text-mark hover:underline">
            ← All
          </a>
        ) : (
          <Link href={`/${search}`} className="text-mark hover:underline">
            ← Now
          </Link>
        )}
      </p>
      <div className="mt-2 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-72">
          <h1 className="text-[26px] leading-tight font-semibold tracking-tight [overflow-wrap:anywhere]">
            <bdi>{shownName(notes.alias || contact.name, contact.address)}</bdi>
          </h1>
          <p className="mt-1 text-sm [overflow-wrap:anywhere] text-soft">
            {notes.alias !== "" && contact.name !== "" && (
              <>
                <bdi>{shownName(contact.name, contact.address)}</bdi> ·{" "}
              </>
            )}
            <bdi>{contact.address}</bdi>
            {contact.groups.map((group) => (
              <span key={group}>
                {" · "}
                <bdi>{group.slice(0, 60)}</bdi>
              </span>
            ))}
            {firstWatchedMs !== undefined && <> · recorded since {dateInFull(firstWatchedMs, zone)}</>}
            {contact.removedMs !== null && <> · left the list on {dateInFull(contact.removedMs, zone)}</>}
          </p>
        </div>
        <DownloadMenu search={`?${whose}`} whose="The whole history of this contact:" opens="below" isGuest={isGuest} />
      </div>
      {isGuest ? (
        <Still contact={contact} board={board} seen={seen} zone={zone} />
      ) : (
        <ContactNow
          board={board}
          seen={seen}
          contactId={contact.id}
          accountId={account.id}
          zone={zone}
          search={search}
        />
      )}
    </>
  );
}

/** Only what is shown goes to a guest's browser: the board has the owner's accounts, groups and names in it. */
function Still({
  contact,
  board,
  seen,
  zone,
}: Pick<HeadProps, "contact" | "board" | "zone"> & Pick<ContactPage, "seen">) {
  const person = everyone(board).find(({ id }) => id === contact.id);
  if (!person) return null;
  const account = board.accounts.find(({ id }) => id === contact.accountId);
  const name = shownName(contact.name, contact.address);
  return (
    <ContactStill
      person={{ ...person, name }}
      seen={seen}
      confirmedMs={account?.confirmedMs ?? null}
      nowMs={board.nowMs}
      zone={zone}
    />
  );
}
