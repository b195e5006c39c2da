import Link from "next/link";
import { notFound } from "next/navigation";
import type { Contact } from "../../../../db/history/contacts.ts";
import type { Reading } from "../../../../db/status.ts";
import { DayBars } from "../../../charts/day-bars.tsx";
import { DayStrips } from "../../../charts/day-strips.tsx";
import { HeatLegend, WeekHeatmap } from "../../../charts/week-heatmap.tsx";
import {
  type AddressWords,
  HEAT_RANGES,
  type HeatRange,
  readAddressState,
  writeAddressState,
} from "../../../data/address-state.ts";
import type { Board } from "../../../data/board.ts";
import { dateInFull } from "../../../data/clock-words.ts";
import { type ContactPage, contactById, DAYS_SHOWN, readContactPage } from "../../../data/contact-page.ts";
import { openHistory } from "../../../data/history.ts";
import { shownName } from "../../../data/names.ts";
import { readBoard } from "../../../data/read-board.ts";
import { chooseZone } from "../../../data/zone-choice.ts";
import { ChartPanel } from "../../../ui/chart-panel.tsx";
import { ContactNow } from "../../../ui/contact-now.tsx";
import { DownloadMenu } from "../../../ui/download-menu.tsx";
import { StatusLegend } from "../../../ui/legend.tsx";
import { NotReady } from "../../../ui/not-ready.tsx";
import { PageFoot } from "../../../ui/page-foot.tsx";
import { RangeSwitch } from "../../../ui/range-switch.tsx";
import { DayTable, HeatTable } from "../../../ui/tables.tsx";

const RANGE_WORDS: Record<HeatRange, string> = { "14d": "14 days", "8w": "8 weeks", all: "All" };

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<AddressWords>;
}

export default async function ContactPageRoute({ params, searchParams }: Props) {
  const { id } = await params;
  const { tz, heat } = readAddressState(await searchParams);
  const history = openHistory();
  if (history.kind !== "ready") return <NotReady history={history} />;
  const contact = await contactById(id);
  if (!contact) notFound();
  const { zone, refused } = chooseZone(tz);
  const nowMs = Date.now();
  const page = await readContactPage(history.db, contact, { zone, heat, nowMs });
  const board = withOnly(await readBoard(history.db, history.isSandbox, nowMs, zone), contact);
  const goodTz = refused === undefined ? tz : null;
  const hrefWith = (range: HeatRange) => `/contact/${contact.id}${writeAddressState({ tz: goodTz, heat: range })}`;
  return (
    <>
      <Head contact={contact} page={page} board={board} zone={zone} tz={goodTz} />
      <ChartPanel
        title={`Last ${DAYS_SHOWN} days`}
        about="One row a day, midnight to midnight. Point at a stretch, or walk with the arrow keys, for its exact times."
      >
        <DayStrips chart={page.days} />
        <div className="mt-4">
          <StatusLegend present={statusesIn(page)} />
        </div>
      </ChartPanel>
      <ChartPanel
        title="When around"
        about="The share of observed time, hour by hour of the week."
        aside={
          <RangeSwitch
            label="Range of the heatmap"
            choices={HEAT_RANGES.map((range) => ({
              href: hrefWith(range),
              words: RANGE_WORDS[range],
              isChosen: range === heat,
            }))}
          />
        }
      >
        <WeekHeatmap heatmap={page.heatmap} label="Around-time by hour of the week" />
        <div className="mt-4">
          <HeatLegend />
        </div>
        <HeatTable heatmap={page.heatmap} caption="Around-time as a share of observed time, by hour of the week" />
      </ChartPanel>
      <ChartPanel title="Hours a day" about="Every bar adds up to its whole day; what was not observed is part of it.">
        <DayBars bars={page.bars} />
        <div className="mt-3">
          <StatusLegend present={statusesIn(page)} />
        </div>
        <DayTable bars={page.bars} caption={`Hours by status, the last ${DAYS_SHOWN} days`} />
      </ChartPanel>
      <PageFoot zone={zone} nowMs={nowMs} refused={refused} />
    </>
  );
}

interface HeadProps {
  contact: Contact;
  page: ContactPage;
  board: Board;
  zone: string;
  tz: string | null;
}

function Head({ contact, page: { account, firstWatchedMs }, board, zone, tz }: HeadProps) {
  const search = writeAddressState({ tz });
  const whose = new URLSearchParams({ contact: contact.address, account: account.address, ...(tz ? { tz } : {}) });
  return (
    <>
      <p className="text-sm">
        <Link href={`/${search}`} className="text-mark hover:underline">
          ← Now
        </Link>
      </p>
      <div className="mt-2 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-72">
          <h1 className="text-[26px] leading-tight font-semibold tracking-tight [overflow-wrap:anywhere]">
            <bdi>{shownName(contact.name, contact.address)}</bdi>
          </h1>
          <p className="mt-1 text-sm [overflow-wrap:anywhere] text-soft">
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
        <DownloadMenu search={`?${whose}`} whose="The whole history of this contact:" opens="below" />
      </div>
      <ContactNow board={board} contactId={contact.id} accountId={account.id} zone={zone} search={search} />
    </>
  );
}

function statusesIn({ bars }: ContactPage): ReadonlySet<Reading> {
  const present = bars.flatMap(({ hours }) =>
    Object.entries(hours).flatMap(([status, length]) => (length > 0 ? [status as Reading] : [])),
  );
  return new Set(present);
}

/** The page begins with its own contact; the rest of the board arrives with the first live message, and is not shown. */
function withOnly(board: Board, { id }: Contact): Board {
  const own = (people: Board["accounts"][number]["gone"]) => people.filter((person) => person.id === id);
  return {
    ...board,
    accounts: board.accounts.map((account) => ({
      ...account,
      groups: account.groups.map((group) => ({ ...group, people: own(group.people) })),
      gone: own(account.gone),
    })),
  };
}
