import type { ReactNode } from "react";
import { whyNotObserved } from "../data/account-words.ts";
import type { AccountBoard, Board } from "../data/board.ts";
import { whenWords } from "../data/clock-words.ts";
import { agoWords } from "../data/durations.ts";

interface Props {
  account: AccountBoard;
  collector: Board["collector"];
  nowMs: number;
  zone: string;
  /** What can be done about it, where that is wanted. */
  children?: ReactNode;
}

/** Whether this account is being observed, and if not, why not and what to do. */
export function AccountHead({ account, collector, nowMs, zone, children }: Props) {
  const isObserved = account.coveredSinceMs !== null;
  return (
    <div
      className={`rounded-xl border px-4 py-3 text-sm ${isObserved ? "border-line bg-card" : "border-warn-line bg-warn-ground"}`}
    >
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <p className="min-w-0 break-words">
          <bdi className="font-semibold">{account.address}</bdi>
          <span className="text-soft"> on {account.host}</span>
        </p>
        {account.confirmedMs !== null && (
          <p className="text-soft" data-testid="confirmed">
            confirmed {agoWords(nowMs - account.confirmedMs)}
          </p>
        )}
      </div>
      <p className={isObserved ? "text-soft" : "mt-1 text-warn"}>
        {account.coveredSinceMs !== null
          ? `Signed in and observed since ${whenWords(account.coveredSinceMs, nowMs, zone)}.`
          : whyNotObserved(account, collector, nowMs, zone)}
      </p>
      {children}
    </div>
  );
}
