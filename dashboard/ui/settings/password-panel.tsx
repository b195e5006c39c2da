import { MainButton, PasswordField, QuietButton } from "./form-parts.tsx";

interface Props {
  hasPassword: boolean;
  /** It cannot be taken away. */
  needsPassword: boolean;
}

/** To set, change or take away the dashboard's password. The forms are answered by the gate, and work without scripts. */
export function PasswordPanel({ hasPassword, needsPassword }: Props) {
  return (
    <section aria-labelledby="password" className="panel mt-6 grid gap-4 px-4 py-5 text-sm sm:px-6">
      <div>
        <h2 id="password" className="text-[17px] font-semibold tracking-tight">
          Password
        </h2>
        <p className="mt-1 max-w-prose text-soft">
          {hasPassword
            ? "Every browser signs in with it, and stays signed in until it has not been used for 90 days."
            : "None is set: the dashboard opens with the address that Rollcall prints, on this computer alone. With a password any browser of yours can sign in, and the dashboard may listen beyond this computer."}
        </p>
      </div>
      {hasPassword ? (
        <div className="grid gap-3">
          <details>
            <summary className="w-fit font-medium">Change the password</summary>
            <NewPassword hasPassword />
          </details>
          {!needsPassword && (
            <details>
              <summary className="w-fit font-medium">Do without a password</summary>
              <form method="post" action="/access/no-password" className="mt-3 grid gap-3">
                <PasswordField name="old" label="Present password" autoComplete="current-password" />
                <QuietButton>Take the password away</QuietButton>
              </form>
            </details>
          )}
        </div>
      ) : (
        <NewPassword hasPassword={false} />
      )}
    </section>
  );
}

function NewPassword({ hasPassword }: { hasPassword: boolean }) {
  return (
    <form method="post" action="/access/password" className={`grid gap-3 ${hasPassword ? "mt-3" : ""}`}>
      {hasPassword && <PasswordField name="old" label="Present password" autoComplete="current-password" />}
      <PasswordField
        name="new"
        label="New password"
        autoComplete="new-password"
        hint="At least 8 letters; several words are easy to keep."
      />
      <PasswordField name="again" label="The same again" autoComplete="new-password" />
      <MainButton>{hasPassword ? "Change it" : "Set the password"}</MainButton>
    </form>
  );
}
