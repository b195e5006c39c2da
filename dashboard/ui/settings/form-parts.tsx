import type { ReactNode } from "react";

/** The looks that all forms of the settings share. */
export const FIELD = "w-full rounded-lg border border-line-strong bg-ground px-2.5 py-1.5 text-ink";
export const MAIN_BUTTON = "w-fit rounded-lg bg-mark px-4 py-1.5 font-medium text-mark-ink";
export const QUIET_BUTTON =
  "w-fit rounded-lg border border-line-strong bg-card px-3 py-1 text-[13px] font-medium hover:bg-ground";

interface Props {
  /** The route handler that answers with a way back. */
  action: string;
  /** The zone as the address says it; kept for the way back. */
  tz: string | null;
  className?: string;
  children: ReactNode;
}

/** A plain form: it works without scripts. */
export function PlainForm({ action, tz, className, children }: Props) {
  return (
    <form method="post" action={action} className={className}>
      {tz && <input type="hidden" name="tz" value={tz} />}
      {children}
    </form>
  );
}

interface PasswordFieldProps {
  name: string;
  label: string;
  kind: "current-password" | "new-password";
}

export function PasswordField({ name, label, kind }: PasswordFieldProps) {
  return (
    <label className="grid gap-1">
      {label}
      <input
        type="password"
        name={name}
        required
        minLength={kind === "new-password" ? 8 : undefined}
        maxLength={1024}
        autoComplete={kind}
        className={FIELD}
      />
    </label>
  );
}

export function Code({ children }: { children: ReactNode }) {
  return <code className="font-mono text-[13px]">{children}</code>;
}
