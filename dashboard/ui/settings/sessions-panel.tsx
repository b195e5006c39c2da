import type { SignedInBrowser } from "../../data/access-page.ts";
import { QuietButton } from "./form-parts.tsx";

/** Which browsers are signed in, and how to sign them out. */
export function SessionsPanel({ browsers }: { browsers: readonly SignedInBrowser[] }) {
  const others = browsers.filter(({ isThis }) => !isThis).length;
  return (
    <section aria-labelledby="sessions" className="panel mt-4 px-4 py-5 text-sm sm:px-6">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <h2 id="sessions" className="text-[17px] font-semibold tracking-tight">
          Browsers that are signed in
        </h2>
        {others > 1 && (
          <form method="post" action="/access/sessions">
            <QuietButton>Sign out all others</QuietButton>
          </form>
        )}
      </div>
      <ul className="mt-2 divide-y divide-line">
        {browsers.map(({ id, isThis, since, lastUsed }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-3">
            <p>
              <span className="font-medium">{isThis ? "This browser" : "Another browser"}</span>
              <span className="block text-soft sm:ml-3 sm:inline">
                {since}
                {lastUsed && ` · ${lastUsed}`}
              </span>
            </p>
            <form method="post" action={isThis ? "/access/sign-out" : "/access/sessions"}>
              {!isThis && <input type="hidden" name="id" value={id} />}
              <QuietButton label={isThis ? "Sign out this browser" : `Sign out the browser ${since}`}>
                Sign out
              </QuietButton>
            </form>
          </li>
        ))}
      </ul>
    </section>
  );
}
