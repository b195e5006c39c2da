import { type AddressWords, firstOf, readAddressState, writeAddressState } from "../data/address-state.ts";
import { everyone, FEW_PEOPLE, firstRows, headCount } from "../data/board.ts";
import { boardNow } from "../data/board-feed.ts";
import { matching } from "../data/board-search.ts";
import { openHistory } from "../data/history.ts";
import { readDetails, rowsOf } from "../data/read-board.ts";
import { chooseZone } from "../data/zone-choice.ts";
import { DownloadMenu } from "../ui/download-menu.tsx";
import { NotReady } from "../ui/not-ready.tsx";
import { NowBoard } from "../ui/now-board.tsx";
import { PageFoot } from "../ui/page-foot.tsx";

/** Of many people the page begins with the first screens; the others come with the first live message. */
const FIRST_ROWS = 50;

export default async function NowPage({ searchParams }: { searchParams: Promise<AddressWords> }) {
  const words = await searchParams;
  const { tz } = readAddressState(words);
  const find = firstOf(words, "find") ?? "";
  const history = openHistory();
  if (history.kind !== "ready") return <NotReady history={history} />;
  const { zone, refused } = chooseZone(tz);
  const nowMs = Date.now();
  const whole = await boardNow(history, zone, nowMs);
  const isFew = everyone(whole).length <= FEW_PEOPLE;
  const found = { ...whole, accounts: whole.accounts.map((account) => matching(account, find)) };
  const board = isFew ? whole : firstRows(found, FIRST_ROWS);
  const details = await readDetails(history.db, board, rowsOf(board));
  const search = writeAddressState({ tz: refused === undefined ? tz : null });
  return (
    <>
      <NowBoard
        board={board}
        details={details}
        count={headCount(whole)}
        zone={zone}
        search={search}
        tz={tz}
        find={find}
      />
      <div className="mt-8">
        <DownloadMenu search={search} whose="The whole history, of everyone:" opens="above" />
      </div>
      <PageFoot zone={zone} nowMs={nowMs} refused={refused} />
    </>
  );
}
