import type { ContactChoice } from "../../data/guest-choice.ts";
import type { GuestLine } from "../../data/settings-page.ts";
import type { Said } from "../../data/settings-said.ts";
import { FIELD, MAIN_BUTTON, PlainForm, QUIET_BUTTON } from "./form-parts.tsx";
import { MadeSecret } from "./made-secret.tsx";
import { Section } from "./section.tsx";

interface Props {
  guests: readonly GuestLine[];
  choices: { listed: readonly ContactChoice[]; total: number };
  /** The address that was just made; it is never shown again. */
  made: string | undefined;
  tz: string | null;
  said: Said | undefined;
}

const ACTION = "/settings/guests";

/** Links for others, to a few contacts and for a while. */
export function GuestsSection({ guests, choices, made, tz, said }: Props) {
  return (
    <Section
      id="guests"
      title="Guests"
      said={said}
      about="A link for somebody who may look at a few contacts for a while, and at nothing else: no names, notes or tags of yours, and no settings. The people you share should know it."
    >
      <div className="grid gap-5 text-sm">
        {made !== undefined && <MadeSecret secret={made} />}
        {guests.length > 0 && (
          <ul>
            {guests.map(({ id, name, whom, until, seen }) => (
              <li
                key={id}
                className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t border-line py-3"
              >
                <div className="min-w-0 [overflow-wrap:anywhere]">
                  <p className="font-medium">
                    <bdi>{name}</bdi>
                  </p>
                  <p className="text-[13px] text-soft">
                    until {until} · {seen} · {whom}
                  </p>
                </div>
                <PlainForm action={ACTION} tz={tz}>
                  <input type="hidden" name="end" value={id} />
                  <button type="submit" className={QUIET_BUTTON} aria-label={`Take back the link of ${name}`}>
                    Take back
                  </button>
                </PlainForm>
              </li>
            ))}
          </ul>
        )}
        <details open={said?.section === "guests" && !said.isDone}>
          <summary className="w-fit text-soft hover:text-ink">Make a link</summary>
          <PlainForm action={ACTION} tz={tz} className="mt-3 grid max-w-sm gap-3">
            <label className="grid gap-1">
              Whom it is for
              <input name="name" required maxLength={60} className={FIELD} />
            </label>
            <label className="grid gap-1">
              For how many days
              <input name="days" type="number" required min={1} max={365} defaultValue={7} className={FIELD} />
            </label>
            <Whom {...choices} />
            <button type="submit" className={MAIN_BUTTON}>
              Make a link
            </button>
          </PlainForm>
        </details>
      </div>
    </Section>
  );
}

function Whom({ listed, total }: Props["choices"]) {
  return (
    <>
      <fieldset>
        <legend className="mb-1">Whom they may see</legend>
        <div className="grid max-h-56 gap-1 overflow-y-auto rounded-lg border border-line-strong bg-ground p-2.5">
          {listed.map(({ id, name, address }) => (
            <label key={id} className="flex items-baseline gap-2 [overflow-wrap:anywhere]">
              <input type="checkbox" name="contact" value={id} className="accent-mark" />
              <span>
                <bdi>{name.slice(0, 60)}</bdi>
                {name !== address && (
                  <span className="ml-2 text-[13px] text-soft">
                    <bdi>{address}</bdi>
                  </span>
                )}
              </span>
            </label>
          ))}
          {listed.length === 0 && <p className="text-soft">There is nobody yet.</p>}
        </div>
      </fieldset>
      {total > listed.length && (
        <label className="grid gap-1">
          Others of the {total.toLocaleString("en")}, by address
          <textarea name="addresses" rows={2} className={FIELD} />
        </label>
      )}
    </>
  );
}
