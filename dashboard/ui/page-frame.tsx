import Link from "next/link";
import { type ReactNode, Suspense } from "react";
import { PageNav } from "./page-nav.tsx";

interface Props {
  isSandbox: boolean;
  /** They have one way, back to whom they may see. */
  isGuest: boolean;
  children: ReactNode;
}

/** What every page has around it. */
export function PageFrame({ isSandbox, isGuest, children }: Props) {
  return (
    <>
      {isSandbox && !isGuest && <SandboxBanner />}
      <div className="relative mx-auto w-full max-w-[1080px] px-4 pb-16 sm:px-6">
        <header className="flex flex-wrap items-center gap-x-8 pt-3 pb-3 sm:h-16 sm:py-0">
          {isGuest ? (
            <a href="/" className={BRAND}>
              <Mark />
              Rollcall
            </a>
          ) : (
            <Link href="/" className={BRAND}>
              <Mark />
              Rollcall
            </Link>
          )}
          {!isGuest && (
            <div className="w-full sm:w-auto">
              {/* What stands in the address is known only where the page is drawn. */}
              <Suspense>
                <PageNav />
              </Suspense>
            </div>
          )}
        </header>
        <main className="pt-2">{children}</main>
      </div>
    </>
  );
}

const BRAND = "flex h-9 items-center gap-2.5 text-[17px] font-semibold tracking-tight";

function Mark() {
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" className="text-mark" fill="currentColor" aria-hidden="true">
      <rect x="1" y="3" width="11" height="3.5" rx="1.2" />
      <rect x="1" y="8.25" width="18" height="3.5" rx="1.2" />
      <rect x="1" y="13.5" width="7" height="3.5" rx="1.2" />
    </svg>
  );
}

function SandboxBanner() {
  return (
    <aside aria-label="Sandbox" className="border-b border-line bg-tint text-sm">
      <p className="mx-auto max-w-[1080px] px-4 py-2.5 sm:px-6">
        <strong className="font-semibold">This is the sandbox:</strong> made-up people on a server on this computer.{" "}
        <Link href="/coverage#add" prefetch={false} className="font-medium text-mark underline underline-offset-2">
          Add your own account
        </Link>{" "}
        or{" "}
        <Link href="/settings" prefetch={false} className="font-medium text-mark underline underline-offset-2">
          set a password
        </Link>
      </p>
    </aside>
  );
}
