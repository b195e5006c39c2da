import { type AddressWords, readAddressState, writeAddressState } from "../data/address-state.ts";
import { openHistory } from "../data/history.ts";
import { readBoard, readStrips } from "../data/read-board.ts";
import { chooseZone } from "../data/zone-choice.ts";
import { DownloadMenu } from "../ui/download-menu.tsx";
import { NotReady } from "../ui/not-ready.tsx";
import { NowBoard } from "../ui/now-board.tsx";
import { PageFoot } from "../ui/page-foot.tsx";

export default async function NowPage({ searchParams }: { searchParams: Promise<AddressWords> }) {
  const words = await searchParams;
  const { tz } = readAddressState(words);
  const find = [words.find ?? []].flat()[0] ?? "";
  const history = openHistory();
  if (history.kind !== "ready") return <NotReady history={history} />;
  const { zone, refused } = chooseZone(tz);
  const nowMs = Date.now();
  const board = await readBoard(history.db, history.isSandbox, nowMs, zone);
  const strips = await readStrips(history.db, board, () => true);
  const search = writeAddressState({ tz: refused === undefined ? tz : null });
  return (
    <>
      <NowBoard board={board} strips={strips} zone={zone} search={search} tz={tz} find={find} />
      <div className="mt-8">
        <DownloadMenu search={search} whose="The whole history, of everyone:" opens="above" />
      </div>
      <PageFoot zone={zone} nowMs={nowMs} refused={refused} />
    </>
  );
}
