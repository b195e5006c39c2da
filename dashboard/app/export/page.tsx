import type { Metadata } from "next";
import { type AddressWords, readAddressState } from "../../data/address-state.ts";
import { readExportPage } from "../../data/export-page.ts";
import { openHistory } from "../../data/history.ts";
import { chooseZone } from "../../data/zone-choice.ts";
import { ChartPanel } from "../../ui/chart-panel.tsx";
import { DownloadLink } from "../../ui/export/download-link.tsx";
import { ExportForm } from "../../ui/export/export-form.tsx";
import { PreviewTable } from "../../ui/export/preview-table.tsx";
import { NotReady } from "../../ui/not-ready.tsx";
import { PageFoot } from "../../ui/page-foot.tsx";

export const metadata: Metadata = { title: "Export" };

export default async function ExportPageRoute({ searchParams }: { searchParams: Promise<AddressWords> }) {
  const words = await searchParams;
  const { tz, range: asked } = readAddressState(words);
  const history = openHistory();
  if (history.kind !== "ready") return <NotReady history={history} />;
  const { zone, refused } = chooseZone(tz);
  const nowMs = Date.now();
  const page = await readExportPage(history.db, history.path, words, { asked, zone, nowMs });
  const { choice, range, href, preview } = page;
  return (
    <>
      <h1 className="text-[26px] leading-tight font-semibold tracking-tight">Export</h1>
      <p className="mt-1 text-soft">
        A file of your own, for a spreadsheet or a program. Unknown time stays unknown in it.
      </p>
      {range.refused && <p className="mt-2 text-sm text-warn">{range.refused}; this is the usual range.</p>}
      <div className="panel mt-5 px-4 py-5 text-sm sm:px-6">
        <ExportForm key={href} page={page} tz={refused === undefined ? tz : null} />
      </div>
      <ChartPanel title="How it begins" about={`${choice.shape} as ${choice.format.toUpperCase()} · ${range.words}`}>
        <div className="mb-5">
          <DownloadLink key={href} href={href}>
            Download
          </DownloadLink>
        </div>
        <PreviewTable preview={preview} />
      </ChartPanel>
      <PageFoot zone={zone} nowMs={nowMs} refused={refused} />
    </>
  );
}
