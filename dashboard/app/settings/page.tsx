import type { Metadata } from "next";
import { headers } from "next/headers";
import { outcomeWords, readAccessPage } from "../../data/access-page.ts";
import { chooseZone } from "../../data/zone-choice.ts";
import { SESSION_HEADER } from "../../gate/headers.ts";
import { PasswordPanel } from "../../ui/settings/password-panel.tsx";
import { SessionsPanel } from "../../ui/settings/sessions-panel.tsx";

export const metadata: Metadata = { title: "Settings" };

type Search = Promise<Record<string, string | string[] | undefined>>;

export default async function SettingsPage({ searchParams }: { searchParams: Search }) {
  const { tz, access: outcome } = await searchParams;
  const { zone } = chooseZone(typeof tz === "string" ? tz : null);
  const said = outcomeWords(typeof outcome === "string" ? outcome : undefined);
  const page = readAccessPage((await headers()).get(SESSION_HEADER), zone, Date.now());
  return (
    <>
      <h1 className="text-[26px] leading-tight font-semibold tracking-tight">Settings</h1>
      <p className="mt-1 text-soft">Who may open this dashboard.</p>
      {said && (
        <p
          role="status"
          className={`mt-4 rounded-lg border px-4 py-2.5 text-sm ${said.isGood ? "border-line bg-tint" : "border-warn-line bg-warn-ground text-warn"}`}
        >
          {said.text}
        </p>
      )}
      <PasswordPanel hasPassword={page.hasPassword} needsPassword={page.needsPassword} />
      <SessionsPanel browsers={page.browsers} />
    </>
  );
}
