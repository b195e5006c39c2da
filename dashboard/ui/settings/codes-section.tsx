import type { SettingsPage } from "../../data/settings-page.ts";
import type { Said } from "../../data/settings-said.ts";
import { FIELD, MAIN_BUTTON, PasswordField, PlainForm, QUIET_BUTTON } from "./form-parts.tsx";
import { Section } from "./section.tsx";

interface Props {
  codes: SettingsPage["codes"];
  tz: string | null;
  said: Said | undefined;
}

const ACTION = "/settings/codes";

/** Whether sign-in asks for a code of an app, too. */
export function CodesSection({ codes, tz, said }: Props) {
  return (
    <Section
      id="codes"
      title="Codes at sign-in"
      said={said}
      about={
        codes.isAsked
          ? "Sign-in asks for the password and a code of your app; each code works once."
          : "With an authenticator app, a password that somebody saw is not enough to sign in."
      }
    >
      <div className="grid gap-4 text-sm">
        {codes.pending && <TakeOver pending={codes.pending} tz={tz} />}
        <details open={said?.section === "codes" && !said.isDone && !codes.pending}>
          <summary className="w-fit text-soft hover:text-ink">
            {codes.isAsked ? "Ask for none any more" : codes.pending ? "Begin again" : "Set up"}
          </summary>
          <PlainForm action={ACTION} tz={tz} className="mt-3 grid max-w-sm gap-3">
            {codes.isAsked && <input type="hidden" name="remove" value="yes" />}
            <PasswordField name="present" label="Password, once more" kind="current-password" />
            <button type="submit" className={codes.isAsked ? QUIET_BUTTON : MAIN_BUTTON}>
              {codes.isAsked ? "Ask for none" : "Show the secret"}
            </button>
          </PlainForm>
        </details>
      </div>
    </Section>
  );
}

function TakeOver({ pending, tz }: { pending: NonNullable<Props["codes"]["pending"]>; tz: string | null }) {
  return (
    <div className="grid gap-3 rounded-lg border border-line bg-tint p-4">
      <p>
        <a href={pending.uri} className="font-medium text-mark underline">
          Open it in an app on this device
        </a>
        , or type it in there:
      </p>
      <code data-testid="secret" className="font-mono text-[13px] break-all select-all">
        {pending.secret}
      </code>
      <code className="font-mono text-[13px] break-all text-soft select-all">{pending.uri}</code>
      <PlainForm action={ACTION} tz={tz} className="grid max-w-sm gap-3">
        <label className="grid gap-1">
          The code that the app shows
          <input
            name="code"
            required
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={10}
            className={FIELD}
          />
        </label>
        <button type="submit" className={MAIN_BUTTON}>
          Ask for codes from now on
        </button>
      </PlainForm>
    </div>
  );
}
