"use client";
import Link from "next/link";
import { useMemo, useState } from "react";
import {
  type AccountBoard,
  type Board,
  type Details,
  FEW_PEOPLE,
  type Group,
  type HeadCount,
  headCount,
  isObserved,
  type Person,
  type Today,
} from "../data/board.ts";
import { matching, peopleIn } from "../data/board-search.ts";
import { longDay } from "../data/clock-words.ts";
import { AccountHead } from "./account-head.tsx";
import { FindBox } from "./find-box.tsx";
import { HourScale } from "./hour-scale.tsx";
import { useLiveBoard } from "./live-board.ts";
import { ConnectionNotice, LivePill, Notice } from "./live-pill.tsx";
import { PersonRow, ROW_COLUMNS } from "./person-row.tsx";
import { RowList } from "./row-list.tsx";

interface Props {
  /** Of many people, perhaps only the first ones: the others come with the first live message. */
  board: Board;
  details: Record<number, Details>;
  /** Of everybody, also of those who are not on the board yet. */
  count: HeadCount;
  zone: string;
  /** The part of an address that keeps the zone: `?tz=…` or nothing. */
  search: string;
  /** The zone as the address says it. */
  tz: string | null;
  /** Who is looked for, as the address says it. */
  find: string;
}

export function NowBoard({ zone, search, tz, find: asked, count: first, ...drawn }: Props) {
  const live = useLiveBoard(drawn, search);
  const [find, setFind] = useState(asked);
  const { board, connection, nowMs, trouble } = live;
  const accounts = useMemo(() => board.accounts.map((account) => matching(account, find)), [board, find]);
  const count = useMemo(() => (board === drawn.board ? first : headCount(board)), [board, drawn.board, first]);
  const isFinding = find.trim() !== "";
  const isOld = connection === "lost" || connection === "signed-out" || trouble !== undefined;
  return (
    <>
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div>
          <h1 className="text-[26px] leading-tight font-semibold tracking-tight">{heading(count)}</h1>
          <p className="mt-1 text-soft">{[longDay(nowMs, zone), ...others(count)].join(" · ")}</p>
        </div>
        <LivePill connection={connection} isObserved={isObserved(board)} nowMs={nowMs} zone={zone} />
      </div>
      <ConnectionNotice connection={connection} />
      {trouble && <Notice>The history cannot be read just now: {trouble}</Notice>}
      {count.all >= FEW && (
        <FindBox
          find={find}
          tz={tz}
          found={isFinding ? foundWords(peopleIn(accounts)) : ""}
          onFind={(words) => {
            setFind(words);
            putIntoAddress(words);
          }}
        />
      )}
      <div className={isOld ? "grayscale" : ""}>
        {accounts.map((account) => (
          <AccountSection
            key={account.id}
            account={account}
            live={live}
            zone={zone}
            search={search}
            isFinding={isFinding}
            isLong={count.all > FEW_PEOPLE}
            isDrawn={board === drawn.board}
          />
        ))}
        {board.accounts.length === 0 && <NoAccount />}
      </div>
    </>
  );
}

/** Whoever sees all at once need not look for anybody. */
const FEW = 8;

function foundWords(count: number): string {
  if (count === 0) return "Nobody is called so";
  return count === 1 ? "One person" : `${count} people`;
}

/** So that a link shows what its sender saw. Next takes no notice: the page has all that it needs. */
function putIntoAddress(find: string): void {
  const address = new URL(location.href);
  if (find.trim() === "") address.searchParams.delete("find");
  else address.searchParams.set("find", find);
  history.replaceState(history.state, "", address);
}

function heading({ around, unknown, all }: HeadCount): string {
  if (all === 0) return "Nobody on the list yet";
  if (unknown === all) return "Nobody is being observed now";
  return `${around} of ${all} around now`;
}

function others({ offline, unknown, all }: HeadCount): string[] {
  if (all === 0) return [];
  return [
    ...(offline > 0 ? [`${offline} offline or hidden`] : []),
    ...(unknown > 0 ? [`${unknown} unknown — not observed`] : []),
  ];
}

interface SectionProps {
  account: AccountBoard;
  live: ReturnType<typeof useLiveBoard>;
  zone: string;
  search: string;
  /** There are so many people on the page that only those near the screen are drawn. */
  isLong: boolean;
  /** Those who are there have been drawn by the server. */
  isDrawn: boolean;
}

function AccountSection({
  isFinding,
  ...section
}: SectionProps & { /** Not everybody is shown. */ isFinding: boolean }) {
  const { account, live, zone } = section;
  const { board, nowMs } = live;
  const isEmpty = account.groups.length === 0 && !isFinding;
  return (
    <section aria-label={account.address} className="mt-6">
      <AccountHead account={account} collector={board.collector} nowMs={nowMs} zone={zone} />
      {isEmpty && (
        <p className="panel mt-3 px-4 py-8 text-center text-soft">
          {account.coveredSinceMs === null
            ? "The contact list appears here after the first sign-in."
            : "This account's contact list is empty."}
        </p>
      )}
      {account.groups.map((group, index) => (
        <GroupList key={group.name} group={group} {...section} isHead={index === 0} />
      ))}
      {account.gone.length > 0 && (
        <details className="mt-5" {...(isFinding ? { open: true } : {})}>
          <summary className="px-1 text-sm text-soft">No longer on the list: {account.gone.length}</summary>
          <GroupList group={{ name: "No longer on the list", people: account.gone }} {...section} isHead={false} />
        </details>
      )}
    </section>
  );
}

type GroupProps = SectionProps & { group: Group /** The columns are named above it. */; isHead: boolean };

function GroupList({ group, account, live, zone, search, isHead, isLong, isDrawn }: GroupProps) {
  const { board, details, want, nowMs } = live;
  const row = (person: Person) => (
    <PersonRow
      key={person.id}
      person={person}
      details={details[person.id]}
      today={board.today}
      confirmedMs={account.confirmedMs}
      nowMs={nowMs}
      zone={zone}
      search={search}
    />
  );
  return (
    <section className="mt-5">
      <div className={`mb-1.5 items-end px-4 text-[13px] text-soft ${ROW_COLUMNS}`}>
        <h2 className="min-w-0 truncate font-semibold text-ink">
          <bdi>{group.name}</bdi>
        </h2>
        <span aria-hidden="true" className="hidden md:block">
          {isHead && "Now"}
        </span>
        <span aria-hidden="true" className="hidden md:block">
          {isHead && "Last seen"}
        </span>
        <span aria-hidden="true" className="relative hidden h-[1lh] md:block" data-testid="today-hours">
          {isHead && <HourScale marks={partsOf(board.today)} />}
        </span>
      </div>
      <RowList people={group.people} row={row} isLong={isLong} isDrawn={isDrawn} onNear={want} />
    </section>
  );
}

/** The marks as parts of the day's length, 23 and 25 hours included. */
function partsOf({ fromMs, toMs, marks }: Today): { at: number; label: string }[] {
  return marks.map(({ atMs, label }) => ({ at: (atMs - fromMs) / (toMs - fromMs), label }));
}

function NoAccount() {
  return (
    <div className="panel mt-6 px-6 py-10 text-center">
      <p className="font-semibold">No account has been added</p>
      <p className="mt-1 text-soft">Add the one whose contacts you want to record.</p>
      <Link
        href="/coverage#add"
        prefetch={false}
        className="mt-4 inline-block rounded-lg bg-mark px-4 py-2 font-medium text-mark-ink"
      >
        Add an account
      </Link>
    </div>
  );
}
