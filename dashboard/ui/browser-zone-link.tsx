"use client";
import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import { useSyncExternalStore } from "react";

/** Offers this browser's own zone where the page is in another. */
export function BrowserZoneLink({ zone }: { zone: string }) {
  const path = usePathname();
  const search = useSearchParams();
  const own = useSyncExternalStore(never, browserZone, () => zone);
  if (own === zone) return null;
  const words = new URLSearchParams(search);
  words.set("tz", own);
  return (
    <Link href={`${path}?${words}`} prefetch={false} scroll={false} className="text-mark underline underline-offset-2">
      Show them in {own}
    </Link>
  );
}

function never(): () => void {
  return () => undefined;
}

function browserZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
