import type { AccountBoard, Board } from "../data/board.ts";
import { whenWords } from "../data/clock-words.ts";
import { agoWords } from "../data/durations.ts";

interface Props {
  account: AccountBoard;
  collector: Board["collector"];
  nowMs: number;
  zone: string;
}

/** Whether this account is being observed, and if not, why not and what to do. */
export function AccountHead({ account, collector, nowMs, zone }: Props) {
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
          : whyNot(account, collector, nowMs, zone)}
      </p>
    </div>
  );
}

function whyNot(account: AccountBoard, collector: Board["collector"], nowMs: number, zone: string): string {
  const unknown = "Until it is signed in again, where everyone is stays unknown.";
  if (!collector) return `The collector has never run. Start it with npx rollcall start. ${unknown}`;
  if (!collector.isAlive) {
    return `The collector was last heard from ${agoWords(nowMs - collector.heardMs)}, so nothing is being recorded. Start it with npx rollcall start. ${unknown}`;
  }
  const detail = account.stateDetail ? `${account.stateDetail.replace(/[.\s]+$/, "")}.` : "";
  const since = account.stateSinceMs === null ? "" : ` since ${whenWords(account.stateSinceMs, nowMs, zone)}`;
  switch (account.state) {
    case "new":
      return `Not signed in yet. ${detail}`;
    case "signing-in":
      return `Signing in … ${detail}`;
    case "waiting":
      return `Not signed in${since}, and trying again by itself. ${detail} ${unknown}`;
    case "stopped":
      return `Stopped${since}, and not trying again by itself. ${detail} ${unknown}`;
    case "watching":
      return `Signed in, but the network has given no sign of life lately. ${detail} ${unknown}`;
    default:
      account.state satisfies never;
      return "";
  }
}
