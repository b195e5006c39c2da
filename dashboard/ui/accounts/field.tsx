import { useId } from "react";

interface Props {
  name: string;
  label: string;
  value?: string | undefined;
  hint?: string;
  placeholder?: string;
  type?: "text" | "password" | "url";
  required?: boolean;
}

/** A field of a form about accounts, with its name above it. */
export function Field({ name, label, value = "", hint, placeholder, type = "text", required = false }: Props) {
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <input
        id={id}
        name={name}
        type={type}
        required={required}
        defaultValue={value}
        placeholder={placeholder}
        autoComplete={type === "password" ? "off" : undefined}
        autoCapitalize="none"
        spellCheck={false}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="w-full rounded-lg border border-line-strong bg-ground px-3 py-2 text-ink placeholder:text-soft"
      />
      {hint && (
        <p id={`${id}-hint`} className="text-[13px] text-soft">
          {hint}
        </p>
      )}
    </div>
  );
}

export function Tick({ name, label, isTicked = false }: { name: string; label: string; isTicked?: boolean }) {
  return (
    <label className="flex items-start gap-2.5">
      <input name={name} type="checkbox" value="yes" defaultChecked={isTicked} className="mt-1 accent-mark" />
      <span>{label}</span>
    </label>
  );
}
