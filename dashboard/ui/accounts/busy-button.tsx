"use client";
import { type ReactNode, useEffect, useRef, useState } from "react";

interface Props {
  children: ReactNode;
  /** While the form is under way, which a sign-in can make seconds. */
  busy: string;
  look: "main" | "quiet";
  name?: string;
}

const LOOKS = {
  main: "bg-mark text-mark-ink px-4 py-2",
  quiet: "border border-line-strong hover:bg-tint px-3 py-1.5 text-sm",
} as const;

/** Submits its form, once, and says that it is at it. Without scripts it is a button like any other. */
export function BusyButton({ children, busy, look, name }: Props) {
  const button = useRef<HTMLButtonElement>(null);
  const [isBusy, setIsBusy] = useState(false);
  useEffect(() => {
    const form = button.current?.form;
    // After the form's fields have been read: a button that is disabled is none of them.
    const begin = (event: SubmitEvent) => {
      if (event.submitter === button.current) setTimeout(() => setIsBusy(true));
    };
    // Coming back by the browser's own way shows the page as it was left.
    const back = () => setIsBusy(false);
    form?.addEventListener("submit", begin);
    addEventListener("pageshow", back);
    return () => {
      form?.removeEventListener("submit", begin);
      removeEventListener("pageshow", back);
    };
  }, []);
  return (
    <button
      ref={button}
      type="submit"
      disabled={isBusy}
      {...(name === undefined ? {} : { name, value: "yes" })}
      className={`w-fit rounded-lg font-medium disabled:opacity-70 ${LOOKS[look]}`}
    >
      {isBusy ? busy : children}
    </button>
  );
}
