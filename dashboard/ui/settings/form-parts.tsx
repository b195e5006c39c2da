import { type ReactNode, useId } from "react";

interface FieldProps {
  name: string;
  label: string;
  /** What a browser that keeps passwords takes it for. */
  autoComplete: "current-password" | "new-password";
  hint?: string;
}

export function PasswordField({ name, label, autoComplete, hint }: FieldProps) {
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <input
        id={id}
        name={name}
        type="password"
        required
        autoComplete={autoComplete}
        {...(autoComplete === "new-password" ? { minLength: 8 } : {})}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="w-full max-w-sm rounded-lg border border-line-strong bg-ground px-3 py-2 text-ink"
      />
      {hint && (
        <p id={`${id}-hint`} className="text-[13px] text-soft">
          {hint}
        </p>
      )}
    </div>
  );
}

export function MainButton({ children }: { children: ReactNode }) {
  return (
    <button type="submit" className="w-fit rounded-lg bg-mark px-4 py-2 font-medium text-mark-ink">
      {children}
    </button>
  );
}

export function QuietButton({ children, label }: { children: ReactNode; label?: string }) {
  return (
    <button
      type="submit"
      {...(label === undefined ? {} : { "aria-label": label })}
      className="w-fit rounded-lg border border-line-strong px-3 py-1.5 text-sm font-medium hover:bg-tint"
    >
      {children}
    </button>
  );
}
