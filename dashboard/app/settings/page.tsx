import type { Metadata } from "next";
import { headers } from "next/headers";
import { type AddressWords, readAddressState } from "../../data/address-state.ts";
import { ownerOf } from "../../data/caller.ts";
import { contactChoices } from "../../data/guest-choice.ts";
import { openHistory } from "../../data/history.ts";
import { readSettingsPage } from "../../data/settings-page.ts";
import { readSaid } from "../../data/settings-said.ts";
import { chooseZone } from "../../data/zone-choice.ts";
import { CodesSection } from "../../ui/settings/codes-section.tsx";
import { GuestsSection } from "../../ui/settings/guests-section.tsx";
import { PasswordSection } from "../../ui/settings/password-section.tsx";
import { SessionsSection } from "../../ui/settings/sessions-section.tsx";
import { TokensSection } from "../../ui/settings/tokens-section.tsx";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsPageRoute({ searchParams }: { searchParams: Promise<AddressWords> }) {
  const words = await searchParams;
  const { zone, refused } = chooseZone(readAddressState(words).tz);
  const tz = refused === undefined ? readAddressState(words).tz : null;
  const { sessionId } = ownerOf(await headers());
  const page = readSettingsPage(sessionId, { zone, nowMs: Date.now() });
  const history = openHistory();
  const choices = history.kind === "ready" ? await contactChoices(history.db) : { listed: [], total: 0 };
  const madeOf = (kind: "token" | "guest") => (page.made?.kind === kind ? page.made.secret : undefined);
  const said = readSaid(words.said, words.wait);
  return (
    <>
      <h1 className="text-[26px] leading-tight font-semibold tracking-tight">Settings</h1>
      <p className="mt-1 text-soft">Who may open this dashboard, and how.</p>
      <PasswordSection hasPassword={page.hasPassword} isOpen={page.isOpen} tz={tz} said={said} />
      {page.hasPassword && <CodesSection codes={page.codes} tz={tz} said={said} />}
      <SessionsSection sessions={page.sessions} tz={tz} said={said} />
      <GuestsSection
        guests={page.guests}
        choices={choices}
        made={madeOf("guest") && `${await ownOrigin()}/?guest=${madeOf("guest")}`}
        tz={tz}
        said={said}
      />
      <TokensSection tokens={page.tokens} made={madeOf("token")} tz={tz} said={said} />
    </>
  );
}

/** As this browser sees the dashboard: a guest elsewhere needs an address that leads here from there. */
async function ownOrigin(): Promise<string> {
  const asked = await headers();
  // What the gate let through is one of our own names.
  const scheme = asked.get("x-forwarded-proto") === "https" ? "https" : "http";
  return `${scheme}://${asked.get("x-forwarded-host") ?? asked.get("host")}`;
}
