import type { AccountBoard } from "../../data/board.ts";
import { BusyButton } from "./busy-button.tsx";
import { Field, Tick } from "./field.tsx";

/** What can be done about an account. Forms, so that it can be done without scripts. */
export function AccountActions({ account: { address, state } }: { account: AccountBoard }) {
  const isResting = state === "paused" || state === "stopped";
  if (state === "removed") return null;
  return (
    <div className="mt-3 grid gap-3 border-t border-line pt-3 text-sm">
      <div className="flex flex-wrap gap-2">
        <Act what={isResting ? "resume" : "pause"} address={address} busy="…">
          {isResting ? "Resume" : "Pause"}
        </Act>
        <Act what="test" address={address} busy="Signing in …">
          Test
        </Act>
      </div>
      <details>
        <summary className="w-fit">Change password</summary>
        <Form what="password" address={address}>
          <Field name="password" label={`New password of ${address}`} type="password" required />
          <BusyButton look="main" busy="Signing in …">
            Test and change
          </BusyButton>
        </Form>
      </details>
      <details>
        <summary className="w-fit">Remove</summary>
        <Form what="remove" address={address}>
          <p className="text-soft">
            It is signed out and its password is deleted. What it recorded stays, to be read and exported, and goes on
            when you add it again.
          </p>
          <Tick name="sure" label={`Remove ${address}`} />
          <BusyButton look="quiet" busy="…">
            Remove the account
          </BusyButton>
        </Form>
      </details>
    </div>
  );
}

interface ActProps {
  what: string;
  address: string;
  busy: string;
  children: string;
}

function Act({ what, address, busy, children }: ActProps) {
  return (
    <form method="post" action="/api/accounts">
      <input type="hidden" name="do" value={what} />
      <input type="hidden" name="address" value={address} />
      <BusyButton look="quiet" busy={busy}>
        {children}
        <span className="sr-only"> {address}</span>
      </BusyButton>
    </form>
  );
}

function Form({ what, address, children }: Omit<ActProps, "busy" | "children"> & { children: React.ReactNode }) {
  return (
    <form method="post" action="/api/accounts" className="mt-3 grid max-w-md gap-3">
      <input type="hidden" name="do" value={what} />
      <input type="hidden" name="address" value={address} />
      {children}
    </form>
  );
}
