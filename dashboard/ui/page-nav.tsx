"use client";
import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import { writeAddressState } from "../data/address-state.ts";

const PAGES = [
  { path: "/", words: "Now" },
  { path: "/everyone", words: "Everyone" },
  { path: "/timeline", words: "Timeline" },
  { path: "/coverage", words: "Accounts" },
  { path: "/export", words: "Export" },
  { path: "/settings", words: "Settings" },
] as const;

/** The way between the pages. It keeps the zone; every page has a range of its own. */
export function PageNav() {
  const here = usePathname();
  const tz = useSearchParams().get("tz");
  const search = writeAddressState({ tz });
  return (
    <nav
      aria-label="Pages"
      className="-mx-1 flex justify-between overflow-x-auto text-[13px] sm:gap-1 sm:overflow-visible sm:text-sm"
    >
      {PAGES.map(({ path, words }) => {
        const isHere = path === "/" ? here === "/" || here.startsWith("/contact/") : here.startsWith(path);
        return (
          <Link
            key={path}
            href={`${path}${search}`}
            prefetch={false}
            aria-current={here === path ? "page" : undefined}
            className={`rounded-lg px-[5px] py-1.5 sm:px-3 ${isHere ? "bg-tint font-medium text-ink" : "text-soft hover:text-ink"}`}
          >
            {words}
          </Link>
        );
      })}
    </nav>
  );
}
