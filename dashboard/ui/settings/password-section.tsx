import type { ReactNode } from "react";
import type { Said } from "../../data/settings-said.ts";
import { Code, MAIN_BUTTON, PasswordField, PlainForm, QUIET_BUTTON } from "./form-parts.tsx";
import { Section } from "./section.tsx";

interface Props {
  hasPassword: boolean;
  /** Others can come to the door, so that there must be one. */
  isOpen: boolean;
  tz: string | null;
  said: Said | undefined;
}

const ACTION = "/settings/password";

/** Setting the dashboard's password, changing it and taking it away. */
export function PasswordSection({ hasPassword, isOpen, tz, said }: Props) {
  const wasWrong = said?.section === "password" && !said.isDone;
  return (
    <Section id="password" title="Password" said={said} about={hasPassword ? <WithPassword /> : <Without />}>
      <div className="grid gap-3 text-sm">
        {hasPassword ? (
          <Fold words="Change the password" isOpen={wasWrong}>
            <SetForm hasPassword tz={tz} />
          </Fold>
        ) : (
          <SetForm hasPassword={false} tz={tz} />
        )}
        {hasPassword && !isOpen && (
          <Fold words="Remove the password" isOpen={false}>
            <PlainForm action={ACTION} tz={tz} className="grid max-w-sm gap-3">
              <input type="hidden" name="remove" value="yes" />
              <PasswordField name="present" label="Present password, to remove it" kind="current-password" />
              <button type="submit" className={QUIET_BUTTON}>
                Remove it
              </button>
            </PlainForm>
          </Fold>
        )}
      </div>
    </Section>
  );
}

function WithPassword() {
  return (
    <>
      The dashboard opens with its password. On the computer that runs it, <Code>npx rollcall key</Code> opens it, too.
    </>
  );
}

function Without() {
  return (
    <>
      There is none: the dashboard opens with the address that Rollcall prints when it starts, on this computer alone.
      With a password it can be opened from others.
    </>
  );
}

function SetForm({ hasPassword, tz }: { hasPassword: boolean; tz: string | null }) {
  return (
    <PlainForm action={ACTION} tz={tz} className="grid max-w-sm gap-3">
      {hasPassword && <PasswordField name="present" label="Present password" kind="current-password" />}
      <PasswordField name="new" label={hasPassword ? "New password" : "Password"} kind="new-password" />
      <PasswordField name="again" label="The same again" kind="new-password" />
      <p className="text-[13px] text-soft">
        Eight characters or more; longer is better, and nothing else is asked. Every other browser signs in anew.
      </p>
      <button type="submit" className={MAIN_BUTTON}>
        {hasPassword ? "Change it" : "Set the password"}
      </button>
    </PlainForm>
  );
}

function Fold({ words, isOpen, children }: { words: string; isOpen: boolean; children: ReactNode }) {
  return (
    <details open={isOpen}>
      <summary className="w-fit text-soft hover:text-ink">{words}</summary>
      <div className="mt-3 mb-2">{children}</div>
    </details>
  );
}
