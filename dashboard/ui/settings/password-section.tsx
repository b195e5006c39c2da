import type { Said } from "../../data/settings-said.ts";
import { MAIN_BUTTON, PasswordField, PlainForm, QUIET_BUTTON } from "./form-parts.tsx";
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
  return (
    <Section
      id="password"
      title="Password"
      said={said}
      about={
        hasPassword
          ? "The dashboard opens with its password. On the computer that runs it, `npx rollcall key` opens it, too."
          : "There is none: the dashboard opens with the address that Rollcall prints when it starts, on this computer alone. A password lets you open it from others."
      }
    >
      <div className="grid gap-5 text-sm">
        <PlainForm action={ACTION} tz={tz} className="grid max-w-sm gap-3">
          {hasPassword && <PasswordField name="present" label="Present password" kind="current-password" />}
          <PasswordField name="new" label={hasPassword ? "New password" : "Password"} kind="new-password" />
          <PasswordField name="again" label="The same again" kind="new-password" />
          <p className="text-[13px] text-soft">
            Eight characters or more; longer is better, and nothing else is asked. Every other browser signs in anew.
          </p>
          <button type="submit" className={MAIN_BUTTON}>
            {hasPassword ? "Change the password" : "Set the password"}
          </button>
        </PlainForm>
        {hasPassword && !isOpen && (
          <details>
            <summary className="w-fit text-[13px] text-soft hover:text-ink">Remove the password</summary>
            <PlainForm action={ACTION} tz={tz} className="mt-3 grid max-w-sm gap-3">
              <input type="hidden" name="remove" value="yes" />
              <PasswordField name="present" label="Present password, to remove it" kind="current-password" />
              <button type="submit" className={QUIET_BUTTON}>
                Remove it
              </button>
            </PlainForm>
          </details>
        )}
      </div>
    </Section>
  );
}
