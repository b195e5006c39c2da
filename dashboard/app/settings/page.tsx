import type { Metadata } from "next";
import { headers } from "next/headers";
import { type AddressWords, readAddressState } from "../../data/address-state.ts";
import { ownerOf } from "../../data/caller.ts";
import { readSettingsPage } from "../../data/settings-page.ts";
import { readSaid } from "../../data/settings-said.ts";
import { chooseZone } from "../../data/zone-choice.ts";
import { PasswordSection } from "../../ui/settings/password-section.tsx";
import { SessionsSection } from "../../ui/settings/sessions-section.tsx";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsPageRoute({ searchParams }: { searchParams: Promise<AddressWords> }) {
  const words = await searchParams;
  const { zone, refused } = chooseZone(readAddressState(words).tz);
  const tz = refused === undefined ? readAddressState(words).tz : null;
  const { sessionId } = ownerOf(await headers());
  const page = readSettingsPage(sessionId, { zone, nowMs: Date.now() });
  const said = readSaid(words.said, words.wait);
  return (
    <>
      <h1 className="text-[26px] leading-tight font-semibold tracking-tight">Settings</h1>
      <p className="mt-1 text-soft">Who may open this dashboard, and how.</p>
      <PasswordSection hasPassword={page.hasPassword} isOpen={page.isOpen} tz={tz} said={said} />
      <SessionsSection sessions={page.sessions} tz={tz} said={said} />
    </>
  );
}
